using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Varai.DependencyInjection;

/// <summary>Stops the start of a host whose <c>Varai</c> section holds a key that nobody reads, or a value that nobody can
/// read. An area without a section costs nothing here.</summary>
internal sealed class VaraiSectionCheck(IConfiguration configuration, IEnumerable<VaraiSection> known, IServiceProvider services)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        List<string>? failures = null;
        foreach (IConfigurationSection section in configuration.GetSection(VaraiOptions.SectionName).GetChildren())
        {
            if (known.FirstOrDefault(k => k.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase)) is { } found)
                found.Check?.Invoke(services);
            else
                (failures ??= []).Add(Describe(section));
        }

        return failures is null
            ? Task.CompletedTask
            : throw new OptionsValidationException(VaraiOptions.SectionName, typeof(VaraiOptions), failures);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Describe(IConfigurationSection section)
    {
        string[] names = [.. known.Select(k => k.Name).Order(StringComparer.Ordinal)];
        string hint = Configuration.Documents.Spelling.Nearest(section.Key, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        return $"{section.Path} is not known; the keys of {VaraiOptions.SectionName} are {string.Join(", ", names)}.{hint}";
    }
}
