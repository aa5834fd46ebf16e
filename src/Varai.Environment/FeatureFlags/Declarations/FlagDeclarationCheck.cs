using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Declarations;

/// <summary>Says at start where declarations and definitions of flags differ, after the flags were loaded and before the service's
/// own hosted services start.</summary>
internal sealed class FlagDeclarationCheck(
    IFlagDeclarations declarations, FeatureFlagFeed feed, IOptions<FeatureFlagOptions> options, ILogger<FlagDeclarationCheck> logger)
    : IHostedLifecycleService
{
    private readonly GuardedLogger _logger = new(logger);

    /// <exception cref="VaraiException">A declared flag is defined nowhere, and the options say that this is an error.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await feed.FirstLoad.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        // Without definitions there is nothing to compare with, and the feed has said so.
        if (feed.IsLoaded)
            Tell(declarations.Check());
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Tell(FlagDeclarationReport report)
    {
        UndefinedFlag[] nowhere = [.. report.Undefined.Where(f => f.DefinedIn.Count == 0)];
        UndefinedFlag[] elsewhere = [.. report.Undefined.Where(f => f.DefinedIn.Count > 0)];
        if (elsewhere.Length > 0)
            _logger.FlagsDefinedElsewhere(List(elsewhere));
        if (report.Undeclared.Count > 0)
            _logger.FlagsNotDeclared(string.Join(", ", report.Undeclared.Select(f => $"'{f}'")));
        if (report.Mismatched.Count > 0)
            _logger.FlagsMismatched(string.Join("; ", report.Mismatched));
        if (nowhere.Length == 0 || options.Value.UndefinedFlags == UndefinedFlagAction.Ignore)
            return;
        if (options.Value.UndefinedFlags == UndefinedFlagAction.Fail)
        {
            throw new VaraiException(
                $"The code declares feature flags that no environment defines: {List(nowhere)}. Define them, mend their names, or set {FeatureFlagOptions.SectionName}:{nameof(FeatureFlagOptions.UndefinedFlags)} to {nameof(UndefinedFlagAction.Warn)}.");
        }

        _logger.FlagsNotDefined(List(nowhere));
    }

    private static string List(IEnumerable<UndefinedFlag> flags) => string.Join(", ", flags);
}
