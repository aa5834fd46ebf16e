using System.Globalization;
using Microsoft.Extensions.Options;
using Varai.Promotion.Gates;
using Varai.Promotion.Merging;

namespace Varai.Promotion;

/// <summary>Refuses options that promotions can't work with, naming key, value and rule.</summary>
internal sealed class PromotionOptionsValidator : IValidateOptions<PromotionOptions>
{
    private const int MostAttempts = 100;
    private const int MostRecords = 100_000;
    private const int MostApprovals = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, PromotionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        CheckRange(errors, nameof(options.LockWait), options.LockWait, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckRange(errors, nameof(options.CheckTimeout), options.CheckTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10));
        CheckRange(errors, nameof(options.CheckInterval), options.CheckInterval, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        CheckRange(errors, nameof(options.CheckAttempts), options.CheckAttempts, 1, MostAttempts);
        CheckRange(errors, nameof(options.KeepRecords), options.KeepRecords, 1, MostRecords);
        TimeSpan least = options.CheckTimeout + options.CheckInterval;
        if (options.LeaseDuration < least || options.LeaseDuration > TimeSpan.FromHours(1))
        {
            errors.AddError(string.Create(CultureInfo.InvariantCulture,
                $"{PromotionOptions.SectionName}:{nameof(options.LeaseDuration)} is '{options.LeaseDuration}', but must be from {least} ({nameof(options.CheckTimeout)} and {nameof(options.CheckInterval)} together) to {TimeSpan.FromHours(1)}."));
        }

        if (options.AuditKey is not null && string.IsNullOrWhiteSpace(options.AuditKey))
            errors.AddError($"{PromotionOptions.SectionName}:{nameof(options.AuditKey)} is empty, but must be the name of a secret.");
        CheckPipeline(errors, options);
        CheckKeys(errors, nameof(options.ProtectedKeys), options.ProtectedKeys);
        CheckKeys(errors, nameof(options.CreateOnlyKeys), options.CreateOnlyKeys);
        foreach ((string stage, PromotionStageSettings settings) in options.Stages)
            CheckStage(errors, $"{nameof(options.Stages)}:{stage}", settings);
        return errors.Build();
    }

    private static void CheckPipeline(ValidateOptionsResultBuilder errors, PromotionOptions options)
    {
        if (Pipeline.FindProblem(options.Pipeline) is { } problem)
            errors.AddError($"{PromotionOptions.SectionName}:{nameof(options.Pipeline)}: {problem}");
    }

    private static void CheckKeys(ValidateOptionsResultBuilder errors, string key, IList<string> patterns)
    {
        for (int i = 0; i < patterns.Count; i++)
        {
            if (KeyPolicies.FindProblem(patterns[i]) is { } problem)
                errors.AddError(string.Create(CultureInfo.InvariantCulture, $"{PromotionOptions.SectionName}:{key}:{i} is '{patterns[i]}', but {problem}."));
        }
    }

    private static void CheckStage(ValidateOptionsResultBuilder errors, string key, PromotionStageSettings settings)
    {
        CheckRange(errors, $"{key}:{nameof(settings.RequiredApprovals)}", settings.RequiredApprovals, 0, MostApprovals);
        CheckRange(errors, $"{key}:{nameof(settings.ApprovalLifetime)}", settings.ApprovalLifetime, TimeSpan.FromMinutes(1), Longest);
        CheckRange(errors, $"{key}:{nameof(settings.SoakTime)}", settings.SoakTime, TimeSpan.Zero, Longest);
        if (settings.Approvers.Count > 0 && settings.Approvers.Distinct(StringComparer.OrdinalIgnoreCase).Count() < settings.RequiredApprovals)
        {
            errors.AddError(string.Create(CultureInfo.InvariantCulture,
                $"{PromotionOptions.SectionName}:{key}:{nameof(settings.RequiredApprovals)} is '{settings.RequiredApprovals}', but there are only {settings.Approvers.Count} {nameof(settings.Approvers)}."));
        }

        foreach (string window in settings.FreezeWindows)
        {
            if (!FreezeWindow.TryParse(window, out _, out string? problem))
                errors.AddError($"{PromotionOptions.SectionName}:{key}:{nameof(settings.FreezeWindows)} has '{window}', but {problem}.");
        }
    }

    private static void CheckRange<T>(ValidateOptionsResultBuilder errors, string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{PromotionOptions.SectionName}:{key} is '{value}', but must be from {least} to {greatest}."));
        }
    }
}
