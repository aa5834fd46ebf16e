using Varai.Configuration;

namespace Varai.Tests.Configuration.BadInput;

/// <summary>Each bad file stops the start of a host with its message, and leaves a running host its values.</summary>
public sealed class BadFileTests : IAsyncDisposable
{
    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string> Files() => [.. BadFiles.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Start_BadFile_IsRefusedWithItsMessage(string name)
    {
        (string file, byte[] content, string expected) = BadFiles.Get(name);
        _host.Write("base.json", """{ "a": 1 }""");
        await File.WriteAllBytesAsync(_host.Path(file), content, TestContext.Current.CancellationToken);

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync());

        Assert.Equal("The configuration of 'production' is not valid:\n  " + expected, error.Message);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Reload_BadFile_IsRefusedWithItsMessageAndTheValuesStay(string name)
    {
        (string file, byte[] content, string expected) = BadFiles.Get(name);
        _host.Write(file, file.EndsWith("json", StringComparison.Ordinal) ? """{ "a": 1 }""" : "a: 1\n");
        await _host.StartAsync();
        ConfigurationSnapshot before = _host.Configuration.Current;

        await File.WriteAllBytesAsync(_host.Path(file), content, TestContext.Current.CancellationToken);
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);

        Assert.Equal(expected, Assert.Single(_host.Configuration.Status.Errors).ToString());
        Assert.Same(before, _host.Configuration.Current);
        Assert.Equal("1", _host.Root["a"]);

        await _host.ChangeAsync(() => _host.Write(file, file.EndsWith("json", StringComparison.Ordinal) ? """{ "a": 2 }""" : "a: 2\n"));
        Assert.Equal("2", _host.Root["a"]);
    }

    [Theory]
    [InlineData("production.json", """{ "a": 1 }""")]
    [InlineData("production.yaml", "a: 1\n")]
    public async Task Start_ByteOrderMark_IsPassedOver(string file, string text)
    {
        _host.Write(file, "\uFEFF" + text);
        Assert.Equal(0xEF, File.ReadAllBytes(_host.Path(file))[0]);
        await _host.StartAsync();

        Assert.Equal("1", _host.Root["a"]);
        Assert.Equal(1, _host.Configuration.Current.Root.Members[0].NameOrigin.Line);
    }

    [Fact]
    public async Task File_Of100Megabytes_IsRefusedWithoutBeingRead()
    {
        _host.Write("production.json", """{ "a": 1 }""");
        await _host.StartAsync();
        const string message = ": the file has 104857600 bytes, more than the 16777216 set by Varai:Configuration:MaxFileBytes";

        await using (FileStream stream = File.OpenWrite(_host.Path("production.json")))
            stream.SetLength(100L * 1024 * 1024);
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);
        Assert.Equal("config/environments/production.json" + message, Assert.Single(_host.Configuration.Status.Errors).ToString());
        Assert.Equal("1", _host.Root["a"]);
        await _host.StopAsync();

        long before = GC.GetAllocatedBytesForCurrentThread();
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => _host.CreateBuilder());
        Assert.Equal("config/environments/production.json" + message, Assert.Single(error.Errors).ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024 * 1024);
    }

    [Fact]
    public async Task Limits_SmallerOnes_AreKept()
    {
        _host.Write("production.json", """{ "a": { "b": [1, 2, 3] } }""");
        foreach ((string option, string message) in new[]
        {
            ("MaxFileBytes=10", "the file has 27 bytes, more than the 10 set by Varai:Configuration:MaxFileBytes"),
            ("MaxDepth=2", "MaxDepth"),
            ("MaxNodes=3", "MaxNodes"),
        })
        {
            _host.Arguments = ["--Varai:Configuration:" + option];
            ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync());
            Assert.Contains(message, Assert.Single(error.Errors).Message, StringComparison.Ordinal);
        }
    }
}
