using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Varai.State;

namespace Varai.DependencyInjection;

/// <summary>Lets options that are validated on start be validated once the environments have been read from the state store. The host
/// validates before it starts anything, and reading the store is no synchronous call.</summary>
internal sealed class DeferredStartupValidator(IServiceProvider services) : IStartupValidator
{
    public static void Add(IServiceCollection services)
    {
        // Microsoft's own is added by the first options that ask for it, unless there is one; the host takes the last.
        services.AddOptionsWithValidateOnStart<StateOptions>();
        services.AddSingleton<DeferredStartupValidator>();
        services.AddSingleton<IStartupValidator>(static provider => provider.GetRequiredService<DeferredStartupValidator>());
    }

    /// <summary>What the host calls: nothing has been read.</summary>
    public void Validate()
    {
    }

    /// <summary>Validates.</summary>
    /// <exception cref="OptionsValidationException">Options are not valid.</exception>
    public void ValidateNow()
    {
        foreach (IStartupValidator validator in services.GetServices<IStartupValidator>())
        {
            if (validator != this)
                validator.Validate();
        }
    }
}
