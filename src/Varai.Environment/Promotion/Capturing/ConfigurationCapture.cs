using System.Runtime.CompilerServices;
using Varai.Data;

namespace Varai.Promotion.Capturing;

/// <summary>The values of an environment, read at once.</summary>
internal sealed class ConfigurationCapture(string environment, byte[] content, DateTimeOffset takenAt) : IDataCapture
{
    private readonly DataItem _item = new(environment + ConfigurationComponent.ItemEnd, DataItemKind.File) { Length = content.Length };

    public DataManifest Manifest { get; } = new(ConfigurationComponent.ComponentName, "configuration/1", takenAt, IsSnapshot: true, Items: 1, content.Length)
    {
        Notes = ["Secrets are captured as the references they are written as, and not masked."],
    };

    public async IAsyncEnumerable<DataItem> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        yield return _item;
    }

    public Task<Stream> OpenAsync(DataItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        return item.Name == _item.Name
            ? Task.FromResult<Stream>(new MemoryStream(content, writable: false))
            : throw new DataComponentException(ConfigurationComponent.ComponentName, $"There is no item '{item.Name}' in this capture.");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
