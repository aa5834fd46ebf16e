using System.Globalization;
using System.Text.Json;
using Varai.State;

namespace Varai.FeatureFlags.Usage;

/// <summary>Keeps the usage of one environment's flags in the state store, where all its nodes add up.</summary>
internal sealed class FlagUsageStore(IStateStore store, string environment)
{
    private const int MaximumAttempts = 10;

    private readonly string _key = $"flags/{environment}/usage";

    /// <returns>What is written down; null when nothing is.</returns>
    /// <exception cref="VaraiException">It can't be read.</exception>
    public async Task<FlagUsageDocument?> ReadAsync(CancellationToken cancellationToken)
    {
        StateDocument? found = await store.GetAsync(_key, cancellationToken).ConfigureAwait(false);
        return found is null ? null : Parse(found);
    }

    /// <summary>Merges what a node knows into what is written down.</summary>
    /// <returns>Both, as written.</returns>
    /// <exception cref="VaraiException">It can't be read or written.</exception>
    public async Task<FlagUsageDocument> MergeAsync(FlagUsageDocument own, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            StateDocument? found = await store.GetAsync(_key, cancellationToken).ConfigureAwait(false);
            FlagUsageDocument merged = FlagUsageDocument.Merge(own, found is null ? null : Parse(found), now);
            byte[] content = JsonSerializer.SerializeToUtf8Bytes(merged, FlagUsageJson.Default.FlagUsageDocument);
            if (found is not null && found.Content.Span.SequenceEqual(content))
                return merged;
            try
            {
                StateTransaction transaction = new StateTransaction().Put(_key, content, found?.Version ?? 0);
                await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
                return merged;
            }
            catch (StateConflictException) when (attempt < MaximumAttempts)
            {
                // Another node was quicker: merge with what it wrote.
            }
        }
    }

    private FlagUsageDocument Parse(StateDocument found)
    {
        FlagUsageDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(found.Content.Span, FlagUsageJson.Default.FlagUsageDocument);
        }
        catch (JsonException e)
        {
            throw new VaraiException($"The state document '{_key}' is no usage of feature flags: delete it to begin anew.", e);
        }

        return document is { Format: FlagUsageDocument.PresentFormat, Flags: not null }
            ? document
            : throw new VaraiException(string.Create(CultureInfo.InvariantCulture,
                $"The state document '{_key}' has the format {document?.Format}, and this version knows {FlagUsageDocument.PresentFormat}: update this service, or delete the document to begin anew."));
    }
}
