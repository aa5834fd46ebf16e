using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Errors;

/// <summary>Tells the tracker of what is logged with an exception as an error or as critical. Filters of logging hold for it under the alias
/// <c>VaraiErrors</c>.</summary>
[ProviderAlias("VaraiErrors")]
internal sealed class ErrorLoggerProvider(IServiceProvider services) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ErrorLogger(services, categoryName);

    public void Dispose()
    {
        // The container disposes the tracker.
    }
}
