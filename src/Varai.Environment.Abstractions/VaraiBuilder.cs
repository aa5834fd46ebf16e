using Microsoft.Extensions.DependencyInjection;

namespace Varai;

/// <summary>What <c>AddVarai()</c> returns, and what every package extends with methods of its own.</summary>
/// <remarks>Methods named <c>Add...</c> append to a list (secret providers, asked in the order added); methods named
/// <c>Use...</c> fill a single slot, the last call winning.</remarks>
public sealed class VaraiBuilder
{
    /// <summary>Creates a builder over a service collection.</summary>
    /// <param name="services">Where registrations go.</param>
    public VaraiBuilder(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        Services = services;
    }

    /// <summary>Where registrations go.</summary>
    public IServiceCollection Services { get; }
}
