using System.Globalization;
using System.Security.Cryptography;
using Varai.Configuration;
using Varai.Data;

namespace Varai.Promotion.Capturing;

/// <summary>Values on their way into an environment; they are held in memory until the commit, which is one update of its file.</summary>
internal sealed class ConfigurationRestoring(ConfigurationComponent component, string environment, DataRestoreRequest request) : IDataRestore
{
    private (string Source, ConfigurationNode Values)? _written;
    private int _isDisposed;

    public int MaximumParallelism => 1;

    public ValueTask<DataItemResult?> FindAsync(DataItem item, DataItemResult? earlier, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SourceOf(item);
        return new((DataItemResult?)null);
    }

    public async Task<DataItemResult> WriteAsync(DataItem item, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        string source = SourceOf(item);
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        byte[] bytes = buffer.ToArray();
        ConfigurationNode values;
        try
        {
            values = ConfigurationJson.Parse(bytes, item.Name);
        }
        catch (ConfigurationException e)
        {
            throw new DataComponentException(component.Name, $"The item '{item.Name}' is no document of a configuration.", e);
        }

        if (values.Kind != ConfigurationNodeKind.Object)
            throw new DataComponentException(component.Name, $"The item '{item.Name}' is no document of a configuration: it is of the kind {values.Kind}.");
        _written = (source, values);
        return new DataItemResult(item, DataItemOutcome.Copied, bytes.Length) { Fingerprint = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
    }

    public async Task<DataRestoreResult> CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_written is not { } written)
            throw new DataComponentException(component.Name, $"There is nothing to restore into '{environment}': the capture had no document.");
        ConfigurationSnapshot present = await component.ReadAsync(environment, cancellationToken).ConfigureAwait(false);
        ConfigurationComponent.MergeOutcome merge = component.Merge(written.Source, written.Values, environment, present.Root, request.DeleteMissing);
        string[] notes = merge.Kept == 0
            ? []
            : [string.Create(CultureInfo.InvariantCulture, $"{merge.Kept} keys stay the own of '{environment}': they are protected.")];
        if (merge.Changes.Count == 0)
            return new DataRestoreResult(HasChanged: false) { Notes = notes };
        try
        {
            await UpdateAsync(written.Source, merge, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigurationConflictException e)
        {
            throw new DataComponentException(component.Name, $"The configuration of '{environment}' was changed in this moment. Try again.", e) { IsTransient = true };
        }
        catch (ConfigurationException e)
        {
            throw new DataComponentException(component.Name, $"The configuration of '{environment}' was not changed: {e.Message}", e) { IsTransient = e.IsTransient };
        }

        return new DataRestoreResult(HasChanged: true)
        {
            Deleted = merge.Changes.Count(c => c.After is null),
            Notes = notes,
        };
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            component.End(environment);
        return ValueTask.CompletedTask;
    }

    private async Task UpdateAsync(string source, ConfigurationComponent.MergeOutcome merge, CancellationToken cancellationToken)
    {
        ConfigurationSnapshot full = await component.Documents.ReadAsync(ConfigurationReference.Files(environment), cancellationToken).ConfigureAwait(false);
        var update = new ConfigurationUpdate($"data:{component.Name}", $"restored from '{source}', attempt {request.Id}")
        {
            EnvironmentName = environment,
            ExpectedContentHash = full.ContentHash,
            Source = ConfigurationChangeSource.Restore,
            Operation = request.Id,
        };
        foreach (PromotionChange change in merge.Changes)
        {
            if (change.After is null)
                update.Remove(change.Key);
            else
                update.SetJson(change.Key, change.After);
        }

        // A value of a shared file can't be taken away by the environment's own.
        ConfigurationNode result = (await component.Documents.PreviewAsync(update, cancellationToken).ConfigureAwait(false)).Result.Root;
        string[] unreachable = [.. merge.Expected.Where(e => !Canonical.AreSame(WithoutEmpty(result.Find(e.Key)), WithoutEmpty(e.Value))).Select(e => e.Key)];
        if (unreachable.Length > 0)
        {
            throw new DataComponentException(
                component.Name,
                $"The file of '{environment}' can't give {string.Join(", ", unreachable)} the captured values: a file that it shares with others, or this machine's own, has other ones.");
        }

        await component.Configuration.UpdateAsync(update, cancellationToken).ConfigureAwait(false);
    }

    private static ConfigurationNode? WithoutEmpty(ConfigurationNode? node) =>
        node is { Kind: ConfigurationNodeKind.Object, Members.Count: 0 } ? null : node;

    /// <summary>The environment that an item comes from.</summary>
    private string SourceOf(DataItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.Kind != DataItemKind.File || !item.Name.EndsWith(ConfigurationComponent.ItemEnd, StringComparison.Ordinal) || item.Name.Contains('/', StringComparison.Ordinal))
            throw new DataComponentException(component.Name, $"The item '{item.Name}' of the kind {item.Kind} is no document of a configuration.");
        return item.Name[..^ConfigurationComponent.ItemEnd.Length];
    }
}
