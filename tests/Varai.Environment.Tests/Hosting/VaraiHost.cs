using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Tests.TestResources;

namespace Varai.Tests.Hosting;

/// <summary>A host in a folder of its own, in the environment <c>production</c>, with nothing of this machine in it.</summary>
internal sealed class VaraiHost : IAsyncDisposable
{
    private IHost? _app;

    public VaraiHost()
    {
        Builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = Folder.Root, EnvironmentName = Environments.Production });
        Builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
    }

    public TemporaryFolder Folder { get; } = new();

    public HostApplicationBuilder Builder { get; }

    public IHost App => _app ??= Builder.Build();

    public IVaraiEnvironment Varai => App.Services.GetRequiredService<IVaraiEnvironment>();

    public IConfiguration Configuration => App.Services.GetRequiredService<IConfiguration>();

    /// <summary>Writes a file below <c>config/environments</c>.</summary>
    public VaraiHost Write(string name, string text)
    {
        Folder.Write(Path.Combine("config", "environments", name), text);
        return this;
    }

    /// <summary>Writes the file of a secret.</summary>
    public VaraiHost WriteSecret(string name, string value)
    {
        string path = Folder.Write(Path.Combine("config", "secrets", name), value);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return this;
    }

    /// <summary>Sets keys as <c>appsettings.json</c> would.</summary>
    public VaraiHost Set(params (string Key, string? Value)[] settings)
    {
        Builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value)));
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is IAsyncDisposable app)
            await app.DisposeAsync();
        Folder.Dispose();
    }
}
