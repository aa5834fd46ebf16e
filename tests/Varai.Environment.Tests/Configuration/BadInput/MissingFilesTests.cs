using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;

namespace Varai.Tests.Configuration.BadInput;

/// <summary>What is not there, not a file, not readable, or gone.</summary>
public sealed class MissingFilesTests : IAsyncDisposable
{
    private const string Gone = "The file was in use and is gone; its values stay in use. Put it back, or restart the service to run without it.";

    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Start_NoFolder_RunsOnTheHostsOwnSources()
    {
        _host.Arguments = ["--a=1"];
        await _host.StartAsync(varai => varai.Services.AddHealthChecks());

        Assert.Equal("1", _host.Root["a"]);
        Assert.Empty(_host.Configuration.Current.Files);
        Assert.True(_host.Configuration.Status.IsCurrent);
        HealthReport health = await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal("There are no configuration files for 'production'.", health.Entries["varai-configuration"].Description);
    }

    [Fact]
    public async Task Start_EmptyFolder_RunsAndPicksUpTheFirstFile()
    {
        Directory.CreateDirectory(_host.EnvironmentsFolder);
        await _host.StartAsync();
        Assert.Empty(_host.Configuration.Current.Files);

        await _host.ChangeAsync(() => _host.Write("production.json", """{ "a": 1 }"""));

        Assert.Equal("1", _host.Root["a"]);
    }

    [Fact]
    public void AddVarai_FolderThatSomebodyNamed_HasToExist()
    {
        _host.Arguments = ["--Varai:Configuration:Directory=conf/envs"];

        Assert.Equal(
            $"The folder of configuration files Varai:Configuration:Directory is 'conf/envs', and {Path.Combine(_host.ContentRoot, "conf/envs")} does not exist.",
            Assert.Throws<ConfigurationException>(() => _host.CreateBuilder()).Message);
    }

    [Fact]
    public void AddVarai_FileInTheFoldersPlace_IsRefused()
    {
        _host.WriteRoot("config/environments", "{}");

        Assert.Equal(
            $"The folder of configuration files Varai:Configuration:Directory is 'config/environments', and {_host.EnvironmentsFolder} is a file, not a folder.",
            Assert.Throws<ConfigurationException>(() => _host.CreateBuilder()).Message);
    }

    [Theory]
    [InlineData("base.json")]
    [InlineData("production.yaml")]
    [InlineData("production.local.json")]
    public void AddVarai_FolderInAFilesPlace_IsRefused(string file)
    {
        Directory.CreateDirectory(_host.Path(file));

        Assert.Equal(
            $"config/environments/{file}: this is a folder, not a file",
            Assert.Single(Assert.Throws<ConfigurationException>(() => _host.CreateBuilder()).Errors).ToString());
    }

    [Theory]
    [InlineData("base.json")]
    [InlineData("production.json")]
    public void AddVarai_LinkToNothing_IsRefused(string file)
    {
        // Listed as a file and gone when it is read, as a file deleted between the two.
        Directory.CreateDirectory(_host.EnvironmentsFolder);
        File.CreateSymbolicLink(_host.Path(file), _host.Path("nowhere"));

        Assert.Equal(
            $"config/environments/{file}: the file does not exist",
            Assert.Single(Assert.Throws<ConfigurationException>(() => _host.CreateBuilder()).Errors).ToString());
    }

    [Fact]
    public async Task Start_MissingEnvironmentFile_NamesTheOthers()
    {
        _host.Environment = "prodution";
        _host.Write("base.json", "{}");
        _host.Write("production.json", "{}");

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync());

        Assert.Equal(
            "The configuration of 'prodution' is not valid:\n  config/environments: The environment 'prodution' has no file here; there are files for "
            + "production. Add one, or set Varai:Configuration:AllowMissingEnvironmentFile to run on base alone. Did you mean 'production'?",
            error.Message);
    }

    [Theory]
    [InlineData("base.json")]
    [InlineData("production.json")]
    public async Task Reload_FileInUseIsDeleted_TheValuesStayUntilItIsBack(string file)
    {
        _host.Write("base.json", """{ "base.json": 1 }""");
        _host.Write("production.json", """{ "production.json": 1 }""");
        await _host.StartAsync();

        File.Delete(_host.Path(file));
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);
        Assert.Equal($"config/environments/{file}: {Gone}", Assert.Single(_host.Configuration.Status.Errors).ToString());
        Assert.Equal("1", _host.Root[file]);

        await _host.ChangeAsync(() => _host.Write(file, $$"""{ "{{file}}": 2 }"""));
        Assert.Equal("2", _host.Root[file]);
        Assert.True(_host.Configuration.Status.IsCurrent);
    }

    [Fact]
    public async Task Reload_LocalFileIsDeleted_ItsValuesGo()
    {
        _host.Write("production.json", """{ "a": 1 }""");
        _host.Write("production.local.json", """{ "a": 2 }""");
        await _host.StartAsync();
        Assert.Equal("2", _host.Root["a"]);

        await _host.ChangeAsync(() => File.Delete(_host.Path("production.local.json")));

        Assert.Equal("1", _host.Root["a"]);
    }

    [Fact]
    public async Task Reload_FileChangesItsFormat_IsRead()
    {
        _host.Write("production.json", """{ "a": 1 }""");
        await _host.StartAsync();

        await _host.ChangeAsync(() =>
        {
            File.Delete(_host.Path("production.json"));
            _host.Write("production.yaml", "a: 2\n");
        });

        Assert.Equal("2", _host.Root["a"]);
    }

    [Fact]
    public async Task Reload_FolderGoes_TheValuesStayUntilItIsBack()
    {
        _host.Write("base.json", """{ "a": 1 }""");
        _host.Write("production.json", """{ "b": 1 }""");
        await _host.StartAsync(options: o => o.Configuration.PollInterval = TimeSpan.FromMilliseconds(20));

        Directory.Move(_host.EnvironmentsFolder, _host.EnvironmentsFolder + "-away");
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);
        Assert.Equal(
            [$"config/environments/base.json: {Gone}", $"config/environments/production.json: {Gone}"],
            _host.Configuration.Status.Errors.Select(e => e.ToString()));
        Assert.Equal(("1", "1"), (_host.Root["a"], _host.Root["b"]));

        Directory.Move(_host.EnvironmentsFolder + "-away", _host.EnvironmentsFolder);
        await ConfigurationHost.UntilAsync(() => _host.Configuration.Status.IsCurrent);
        await _host.ChangeAsync(() => _host.Write("base.json", """{ "a": 2 }"""));
        Assert.Equal("2", _host.Root["a"]);
    }

    [Fact]
    public async Task Reload_FolderInAFilesPlace_TheValuesStay()
    {
        _host.Write("production.json", """{ "a": 1 }""");
        await _host.StartAsync();

        File.Delete(_host.Path("production.json"));
        Directory.CreateDirectory(_host.Path("production.json"));
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);

        Assert.Equal("config/environments/production.json: this is a folder, not a file", Assert.Single(_host.Configuration.Status.Errors).ToString());
        Assert.Equal("1", _host.Root["a"]);
    }

    [Fact]
    public async Task File_WithoutReadPermission_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "Everything is readable for this user.");
        string path = _host.Write("production.json", """{ "a": 1 }""");
        await _host.StartAsync();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.None);
        const string message = "config/environments/production.json: the file can't be read: permission denied; let the user that runs the service read it";

        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);
        Assert.Equal(message, Assert.Single(_host.Configuration.Status.Errors).ToString());
        Assert.Equal("1", _host.Root["a"]);
        await _host.StopAsync();
        Assert.Equal(message, Assert.Single(Assert.Throws<ConfigurationException>(() => _host.CreateBuilder()).Errors).ToString());
    }

    [Fact]
    public async Task Start_FilesChangeBetweenSetUpAndStart_TheLaterOnesCount()
    {
        _host.Write("production.json", """{ "a": 1 }""");
        HostApplicationBuilder builder = _host.CreateBuilder();
        Assert.Equal("1", builder.Configuration["a"]);
        using IHost host = builder.Build();
        _host.Write("production.json", """{ "a": 2 }""");

        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("2", builder.Configuration["a"]);
        await host.StopAsync(TestContext.Current.CancellationToken);

        using IHost refused = _host.CreateBuilder().Build();
        File.Delete(_host.Path("production.json"));
        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => refused.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal($"config/environments/production.json: {Gone}", Assert.Single(error.Errors).ToString());
    }
}
