using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>The peer: Microsoft.FeatureManagement over the same text.</summary>
internal sealed class MicrosoftFlags : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly IConfigurationRoot _configuration;

    public MicrosoftFlags(string document)
    {
        // Flattened once: reading text again is not what a reload is measured by here.
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(document));
        _configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new ConfigurationBuilder().AddJsonStream(text).Build().AsEnumerable())
            .Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(_configuration);
        services.AddFeatureManagement();
        _services = services.BuildServiceProvider();
        Manager = _services.GetRequiredService<IVariantFeatureManager>();
    }

    public IVariantFeatureManager Manager { get; }

    public static TargetingContext Context(string user) => new() { UserId = user, Groups = [] };

    public void Reload() => _configuration.Reload();

    public void Dispose() => _services.Dispose();
}
