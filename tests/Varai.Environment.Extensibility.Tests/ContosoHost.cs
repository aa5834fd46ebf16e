using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;

namespace Contoso.Extensions;

/// <summary>A service in a folder of its own, deleted at the end.</summary>
internal sealed class ContosoHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("contoso-");

    public ContosoHost() => Builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
        new HostApplicationBuilderSettings { ContentRootPath = _folder.FullName, EnvironmentName = Environments.Production });

    public HostApplicationBuilder Builder { get; }

    public IHost Host => field ??= Builder.Build();

    public IVaraiEnvironment Varai => Host.Services.GetRequiredService<IVaraiEnvironment>();

    public bool HasState => Directory.Exists(Path.Combine(_folder.FullName, ".varai"));

    public ContosoHost Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, "config", "environments", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)Host).DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
