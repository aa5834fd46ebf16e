using System.Diagnostics;
using System.Text;
using Varai.Configuration;
using Varai.Configuration.Documents;

namespace Varai.Tests.Configuration.Documents;

public sealed class DocumentReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("varai-documents-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.json", "{\"a\": 1}")]
    [InlineData("a.JSONC", "{\"a\": 1,} // c")]
    [InlineData("a.yaml", "a: 1")]
    [InlineData("a.yml", "{a: 1}")]
    public void Read_KnownEnding_ChoosesTheFormat(string name, string text)
    {
        (ConfigurationFile? file, ConfigurationNode? root, List<ConfigurationError> errors) = Read(name, Encoding.UTF8.GetBytes(text));

        Assert.Empty(errors);
        Assert.Equal("""{"a":1}""", CanonicalJson.WriteText(root!));
        Assert.Equal("config/" + name, file!.Path);
        Assert.Equal(text, Encoding.UTF8.GetString(file.Content.Span));
    }

    [Fact]
    public void Read_UnknownEnding_NamesTheKnownOnes() => Assert.Equal(
        "config/a.toml: the format is not known by the file's ending (expected .json, .jsonc, .yaml, .yml, found .toml)",
        Assert.Single(Read("a.toml", "x"u8).Errors).ToString());

    [Theory]
    [InlineData("a.json", "{\"a\": oops}", "config/a.json:1:7: a: ")]
    [InlineData("a.yaml", "a: @", "config/a.yaml:1:4: a: ")]
    public void Read_ByteOrderMark_IsNoPartOfTheText(string name, string text, string place)
    {
        (_, _, List<ConfigurationError> errors) = Read(name, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]);
        Assert.StartsWith(place, Assert.Single(errors).ToString(), StringComparison.Ordinal);

        (ConfigurationFile? file, ConfigurationNode? root, errors) = Read(name, [0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}']);
        Assert.Empty(errors);
        Assert.Equal((2, 0), (file!.Content.Length, root!.Start));
    }

    [Theory]
    [InlineData("utf-16", "UTF-16")]
    [InlineData("utf-16BE", "UTF-16")]
    [InlineData("utf-32", "UTF-32")]
    [InlineData("utf-32BE", "UTF-32")]
    public void Read_ForeignEncoding_IsNamed(string encoding, string name)
    {
        var foreign = Encoding.GetEncoding(encoding);

        (ConfigurationFile? file, ConfigurationNode? root, List<ConfigurationError> errors) = Read("a.json", [.. foreign.GetPreamble(), .. foreign.GetBytes("{}")]);

        Assert.Null(file);
        Assert.Null(root);
        Assert.Equal($"config/a.json: the file is written in {name}; save it as UTF-8", Assert.Single(errors).ToString());
        Assert.Equal("file", errors[0].Check);
    }

    [Fact]
    public void Read_HundredMegabytes_IsRefusedUnread()
    {
        string path = Path.Combine(_folder, "a.json");
        using (FileStream stream = File.Create(path))
            stream.SetLength(100 * 1024 * 1024);
        var errors = new List<ConfigurationError>();
        long before = GC.GetAllocatedBytesForCurrentThread();

        DocumentReader.Read(path, "config/a.json", DocumentLimits.Default, errors);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        Assert.Equal("config/a.json: the file has 104857600 bytes, more than the 16777216 set by Varai:Configuration:MaxFileBytes", Assert.Single(errors).ToString());
    }

    [Fact]
    public void Read_FileThatNeverEnds_StopsAtTheLimit()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "This machine has no /dev/zero.");
        var errors = new List<ConfigurationError>();

        DocumentReader.Read("/dev/zero", "zero.json", new DocumentLimits(1_000, 10, 10), errors);

        Assert.Equal("zero.json: the file has 1001 bytes, more than the 1000 set by Varai:Configuration:MaxFileBytes", Assert.Single(errors).ToString());
    }

    [Fact]
    public void Read_MissingFileOrFolder_IsAnErrorNotAnException()
    {
        var errors = new List<ConfigurationError>();
        DocumentReader.Read(Path.Combine(_folder, "none.json"), "none.json", DocumentLimits.Default, errors);
        DocumentReader.Read(Path.Combine(_folder, "none", "none.json"), "none/none.json", DocumentLimits.Default, errors);
        DocumentReader.Read(_folder, "folder.json", DocumentLimits.Default, errors);

        Assert.Equal(
            ["none.json: the file does not exist", "none/none.json: the file does not exist", "folder.json: this is a folder, not a file"],
            errors.Select(e => e.ToString()));
    }

    [Fact]
    public void Read_NoPermission_SaysWhatToDo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other permissions.");
        string path = Path.Combine(_folder, "a.json");
        File.WriteAllText(path, "{}");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.None);
        Assert.SkipWhen(CanRead(path), "This user may read everything; run the tests as another than root.");
        var errors = new List<ConfigurationError>();

        DocumentReader.Read(path, "a.json", DocumentLimits.Default, errors);

        Assert.Equal("a.json: the file can't be read: permission denied; let the user that runs the service read it", Assert.Single(errors).ToString());
    }

    [Fact]
    public void Read_FileThatAnotherWrites_IsNotKeptFromIt()
    {
        string path = Path.Combine(_folder, "a.json");
        using var writer = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        writer.Write("{}"u8);
        writer.Flush();
        var errors = new List<ConfigurationError>();

        (_, ConfigurationNode? root) = DocumentReader.Read(path, "a.json", DocumentLimits.Default, errors);

        Assert.NotNull(root);
        Assert.Empty(errors);
    }

    [Fact]
    public void GetOrigin_FileOfOneLongLine_IsRightAndCheap()
    {
        string text = "{" + string.Join(",", Enumerable.Range(0, 50_000).Select(i => $"\"é😀{i}\":{i}")) + "}";
        ConfigurationNode root = Sample.Good(text);
        long start = Stopwatch.GetTimestamp();

        foreach (ConfigurationMember member in root.Members.Where((_, i) => i % 997 == 0))
            Assert.Equal(text.IndexOf($"\"{member.Name}\"", StringComparison.Ordinal) + 1, member.NameOrigin.Column);
        foreach (ConfigurationMember member in root.Members)
            Assert.Equal(1, member.Value.Origin.Line);

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    private static bool CanRead(string path)
    {
        try
        {
            File.ReadAllText(path);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private (ConfigurationFile? File, ConfigurationNode? Root, List<ConfigurationError> Errors) Read(string name, ReadOnlySpan<byte> content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        var errors = new List<ConfigurationError>();
        (ConfigurationFile? file, ConfigurationNode? root) = DocumentReader.Read(path, "config/" + name, DocumentLimits.Default, errors);
        return (file, root, errors);
    }
}
