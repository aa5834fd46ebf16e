using System.Runtime.CompilerServices;

namespace Varai.Data.Files;

/// <summary>The files of an environment as they were listed.</summary>
internal sealed class FilesCapture : IDataCapture
{
    public const string Format = "files/1";

    private readonly string _component;
    private readonly string _root;
    private readonly List<DataItem> _items;

    private FilesCapture(string component, string root, List<DataItem> items, DataManifest manifest)
    {
        _component = component;
        _root = root;
        _items = items;
        Manifest = manifest;
    }

    public DataManifest Manifest { get; }

    public static FilesCapture Open(string component, string root, DataFilesOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var items = new List<DataItem>();
        var notes = new List<string>();
        long bytes = 0;
        foreach (DataItem item in FileTree.List(root))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FileTree.IsUndecodable(item.Name))
                throw new DataComponentException(component, $"The name of '{item.Name}' in '{root}' is not UTF-8, so it can't be opened: rename it.");
            if (item is { Kind: DataItemKind.Link, LinkTarget: { } target } && !FileTree.IsInside(item.Name, target))
            {
                string problem = $"The link '{item.Name}' leads out of the folder '{root}'";
                if (!options.SkipOutsideLinks)
                    throw new DataComponentException(component, $"{problem}: remove it, or set {nameof(DataFilesOptions.SkipOutsideLinks)} to leave such links out.");
                notes.Add($"{problem}: left out.");
                continue;
            }

            // Pipes, sockets and devices have no length, and opening one may wait for ever.
            if (item is { Kind: DataItemKind.File, Length: 0 }
                && Native.StatusOf(Path.Combine(root, item.Name)) is { IsRegular: false })
            {
                notes.Add($"'{item.Name}' in '{root}' is neither a file nor a directory nor a link: left out.");
                continue;
            }

            items.Add(item);
            bytes += item.Length ?? 0;
        }

        var manifest = new DataManifest(component, Format, time.GetUtcNow(), IsSnapshot: false, items.Count, bytes)
        {
            MaximumParallelism = options.Parallelism,
            Notes = notes,
        };
        return new FilesCapture(component, root, items, manifest);
    }

    public async IAsyncEnumerable<DataItem> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (DataItem item in _items)
            yield return item;
        await Task.CompletedTask.ConfigureAwait(false);
    }

    public Task<Stream> OpenAsync(DataItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<Stream>(cancellationToken);
        try
        {
            return Task.FromResult<Stream>(new CapturedFile(_component, FileTree.Resolve(_component, _root, item.Name), item));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromException<Stream>(new DataComponentException(_component, $"The file '{item.Name}' in '{_root}' can't be read: {e.Message}", e));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
