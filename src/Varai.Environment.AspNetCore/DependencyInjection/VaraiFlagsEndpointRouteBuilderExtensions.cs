using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Varai.AspNetCore.FeatureFlags;
using Varai.FeatureFlags;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves feature flags to clients.</summary>
public static class VaraiFlagsEndpointRouteBuilderExtensions
{
    /// <summary>Serves the feature flags over the OpenFeature Remote Evaluation Protocol (OFREP) 0.3.0:
    /// <c>POST {prefix}/ofrep/v1/evaluate/flags/{key}</c> evaluates one flag, <c>POST {prefix}/ofrep/v1/evaluate/flags</c> all of
    /// them, for the context that the client sends.</summary>
    /// <param name="endpoints">Where to map them.</param>
    /// <param name="prefix">What stands before <c>/ofrep</c>, such as <c>/api</c>; empty for nothing.</param>
    /// <param name="configure">Says which flags clients may see, and more. Without it, every flag.</param>
    /// <returns>The endpoints together, for <c>RequireAuthorization</c>, <c>RequireCors</c>, <c>RequireRateLimiting</c> and the like.</returns>
    /// <exception cref="InvalidOperationException">There are no feature flags: <c>AddVarai</c> was not called.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <remarks>
    /// Nothing is protected until you say so, and without <see cref="FlagEndpointOptions.Include"/> whoever reaches the endpoints
    /// reads the name of every flag and its value for any context they care to send. Limit what is shown to what clients need, and
    /// add authorization or rate limiting to what is returned.
    /// </remarks>
    public static IEndpointConventionBuilder MapVaraiFlags(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix = "", Action<FlagEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(IFeatureFlags)) == false)
            throw new InvalidOperationException("MapVaraiFlags found no feature flags to serve: call builder.AddVarai() before the application is built.");

        var options = new FlagEndpointOptions();
        configure?.Invoke(options);
        if (options.FindProblem() is { } problem)
            throw new ArgumentException(problem, nameof(configure));

        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        var handler = new FlagEndpoints(options);
        group.MapPost(FlagEndpoints.AllPattern, handler.EvaluateAllAsync).WithDisplayName("OFREP: evaluate all flags");
        group.MapPost(FlagEndpoints.OnePattern, handler.EvaluateAsync).WithDisplayName("OFREP: evaluate a flag");
        if (options.EventStream)
        {
            var stream = new FlagEventStream(options);
            group.MapGet(FlagEventStream.Pattern, stream.StreamAsync).WithDisplayName("OFREP: changes of flags");
        }

        return group;
    }
}
