using System.Globalization;
using System.Text;
using Varai.Configuration;

namespace Varai.Promotion;

/// <summary>By which promotions a key came to have its value.</summary>
/// <param name="Environment">The environment asked about.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value there as JSON, secrets as references; <see langword="null"/> when it is not there.</param>
/// <param name="Steps">The promotions that brought it, the last one first.</param>
/// <param name="Origin">The recorded change that wrote it where it came from; <see langword="null"/> when none is recorded.</param>
public sealed record PromotionExplanation(
    string Environment, string Key, string? Value, IReadOnlyList<PromotionRecord> Steps, ConfigurationVersion? Origin)
{
    /// <summary>Tells it in words, over several lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Key} in {Environment} = {Value ?? "(none)"}");
        foreach (PromotionRecord step in Steps)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n  {step.Plan.Kind.ToString().ToLowerInvariant()} from {step.Plan.Source} to {step.Plan.Target} at {step.StartedAt:u} by {step.Plan.Author}: {step.Plan.Reason}");
        }

        if (Origin is not null)
            text.Append(CultureInfo.InvariantCulture, $"\n  written in {Origin.EnvironmentName} at {Origin.Time:u} by {Origin.Author}: {Origin.Reason}");
        return text.ToString();
    }
}
