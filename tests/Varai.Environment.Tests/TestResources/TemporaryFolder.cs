namespace Varai.Tests.TestResources;

/// <summary>A folder of its own outside the tree, deleted at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("varai-test-");

    public string Root => _folder.FullName;

    public string File(string name) => Path.Combine(Root, name);

    /// <summary>Creates a file, and the folders above it.</summary>
    public string Write(string name, string text)
    {
        string path = File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
