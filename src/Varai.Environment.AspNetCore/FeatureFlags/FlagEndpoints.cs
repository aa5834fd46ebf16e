using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Varai.FeatureFlags;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>The two evaluations of the protocol.</summary>
internal sealed class FlagEndpoints(FlagEndpointOptions options)
{
    public const string AllPattern = "/ofrep/v1/evaluate/flags";
    public const string OnePattern = $"{AllPattern}/{{**{FlagKey.Parameter}}}";

    // Answers are for one client and true for a moment: kept by nobody, or asked about each time.
    private const string KeepNothing = "no-store";
    private const string AskEachTime = "private, no-cache";

    private readonly FlagNames _names = new();

    /// <summary>Evaluates one flag.</summary>
    public Task EvaluateAsync(HttpContext http) => AnswerAsync(http, EvaluateOneAsync);

    /// <summary>Evaluates all flags that clients may see.</summary>
    public Task EvaluateAllAsync(HttpContext http) => AnswerAsync(http, EvaluateEachAsync);

    private async Task EvaluateOneAsync(HttpContext http)
    {
        string key = FlagKey.Of(http);
        (FlagContext? context, FlagRequestProblem? problem) = await ReadContextAsync(http).ConfigureAwait(false);
        if (context is null)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, problem!, key).ConfigureAwait(false);
            return;
        }

        IFeatureFlags flags = http.RequestServices.GetRequiredService<IFeatureFlags>().Pin();
        if (_names.Find(flags, key) is not { } name || !IsShown(name))
        {
            var notFound = new FlagRequestProblem(FlagRequestProblem.FlagNotFound, $"There is no flag '{key}'.");
            await RefuseAsync(http, StatusCodes.Status404NotFound, notFound, key).ConfigureAwait(false);
            return;
        }

        ReadOnlyMemory<byte> body = FlagReply.Of(flags.Evaluate(name, context), options.ShowMatchedRule);
        await FlagReply.SendAsync(http.Response, StatusCodes.Status200OK, body, KeepNothing, http.RequestAborted).ConfigureAwait(false);
    }

    private async Task EvaluateEachAsync(HttpContext http)
    {
        (FlagContext? context, FlagRequestProblem? problem) = await ReadContextAsync(http).ConfigureAwait(false);
        if (context is null)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, problem!, key: null).ConfigureAwait(false);
            return;
        }

        // Not one by one, although some are dropped then: that would count each as an exposure, and a client may never look at it.
        IEnumerable<FlagEvaluation> shown = http.RequestServices.GetRequiredService<IFeatureFlags>().EvaluateAll(context).Where(e => IsShown(e.Flag));
        ReadOnlyMemory<byte> body = FlagReply.Of(shown, options.ShowMatchedRule, options.EventStream ? FlagEventStream.PathBeside(http.Request) : null);

        EntityTagHeaderValue tag = FlagReplyTag.Of(body.Span);
        http.Response.Headers.ETag = tag.ToString();
        if (FlagReplyTag.IsMatch(http.Request.Headers.IfNoneMatch, tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            http.Response.Headers.CacheControl = AskEachTime;
            return;
        }

        await FlagReply.SendAsync(http.Response, StatusCodes.Status200OK, body, AskEachTime, http.RequestAborted).ConfigureAwait(false);
    }

    // The error page of the service is HTML or problem details, which no client of the protocol understands.
    private static async Task AnswerAsync(HttpContext http, RequestDelegate answer)
    {
        try
        {
            await answer(http).ConfigureAwait(false);
        }
        catch (Exception e) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            http.RequestServices.GetRequiredService<ILogger<FlagEndpoints>>().EvaluationFailed(e);
            http.Response.Clear();
            await FlagReply.SendAsync(
                http.Response, StatusCodes.Status500InternalServerError, FlagReply.OfFailure(), KeepNothing, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, FlagRequestProblem problem, string? key) =>
        FlagReply.SendAsync(http.Response, status, FlagReply.Of(problem, key), KeepNothing, http.RequestAborted);

    private async ValueTask<(FlagContext? Context, FlagRequestProblem? Problem)> ReadContextAsync(HttpContext http)
    {
        (FlagContext? context, FlagRequestProblem? problem) =
            await FlagRequestBody.ReadContextAsync(http.Request, options.MaximumBodySize, http.RequestAborted).ConfigureAwait(false);
        if (context is not null && options.CompleteContext is { } complete)
            context = complete(http, context) ?? throw new InvalidOperationException($"{nameof(FlagEndpointOptions.CompleteContext)} gave no context.");
        if (context is not null && options.RequireTargetingKey && string.IsNullOrEmpty(context.TargetingKey))
            return (null, new FlagRequestProblem(FlagRequestProblem.TargetingKeyMissing, "The context has no targetingKey."));
        return (context, problem);
    }

    private bool IsShown(string name) => options.Include?.Invoke(name) ?? true;
}
