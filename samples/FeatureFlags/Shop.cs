using Microsoft.AspNetCore.Http;
using Varai.FeatureFlags;

namespace FeatureFlagsSample;

/// <summary>A web shop with an old and a new recommendation engine; the new one has a bug that somebody will mend.</summary>
internal sealed class Shop(IFeatureFlags flags)
{
    private int _requests;
    private int _errors;

    public bool HasBug { get; set; } = true;

    /// <summary>The share of failed requests of the new engine since the last call; null when there were too few to tell.</summary>
    public double? TakeErrorRate()
    {
        (int requests, int errors) = (Interlocked.Exchange(ref _requests, 0), Interlocked.Exchange(ref _errors, 0));
        return requests < 20 ? null : (double)errors / requests;
    }

    public IResult Recommend(string user)
    {
        if (!flags.IsFeatureEnabled(ShopFlags.NewEngine))
            return Results.Text("old engine: socks");
        int request = Interlocked.Increment(ref _requests);
        if (HasBug && request % 10 == 0 && request > 50) // only under load, so that 5 % of the shoppers do not meet it
        {
            Interlocked.Increment(ref _errors);
            return Results.StatusCode(StatusCodes.Status500InternalServerError);
        }

        return Results.Text($"new engine: socks in the colour that {user} likes, behind a {flags.GetValue(ShopFlags.ButtonColor)} button");
    }
}
