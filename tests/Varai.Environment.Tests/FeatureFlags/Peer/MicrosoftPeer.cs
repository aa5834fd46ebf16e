using System.Reflection;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Varai.Tests.FeatureFlags.Peer;

/// <summary>The package Microsoft.FeatureManagement over a document, with a clock of the test's.</summary>
internal sealed class MicrosoftPeer : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly IVariantFeatureManager _manager;

    public MicrosoftPeer(string json, TimeProvider time)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        _services = new ServiceCollection().AddSingleton(configuration).AddFeatureManagement().Services.BuildServiceProvider();
        foreach (TimeWindowFilter filter in _services.GetServices<IFeatureFilterMetadata>().OfType<TimeWindowFilter>())
        {
            PropertyInfo clock = typeof(TimeWindowFilter).GetProperty("SystemClock", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!;
            clock.SetValue(filter, time);
        }

        _manager = _services.GetRequiredService<IVariantFeatureManager>();
    }

    public async ValueTask<(bool IsEnabled, string? Variant)> EvaluateAsync(string flag, string? user, string[] groups, CancellationToken cancellationToken)
    {
        var context = new TargetingContext { UserId = user, Groups = groups };
        bool isEnabled = await _manager.IsEnabledAsync(flag, context, cancellationToken);
        Variant? variant = await _manager.GetVariantAsync(flag, context, cancellationToken);
        return (isEnabled, variant?.Name);
    }

    public ValueTask<bool> IsEnabledAsync(string flag, CancellationToken cancellationToken) => _manager.IsEnabledAsync(flag, cancellationToken);

    public void Dispose() => _services.Dispose();
}
