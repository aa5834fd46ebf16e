using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Varai.AspNetCore.FeatureFlags;
using Varai.FeatureFlags;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Gives each request its flag context.</summary>
public static class VaraiFlagContextApplicationBuilderExtensions
{
    /// <summary>Evaluates flags for the signed-in user wherever a request's code gives no context of its own: the targeting key is
    /// the user's id (claim <c>nameidentifier</c> or <c>sub</c>, else the name), the groups are the roles.</summary>
    /// <param name="app">The pipeline; authentication must come before.</param>
    /// <returns>The pipeline.</returns>
    /// <remarks>A request without a signed-in user has no context, and rules that need one are not met.</remarks>
    /// <exception cref="InvalidOperationException">There are no feature flags: <c>AddVarai</c> was not called.</exception>
    public static IApplicationBuilder UseVaraiFlagContext(this IApplicationBuilder app) =>
        app.UseVaraiFlagContext(static http => FlagContextMiddleware.OfUser(http.User));

    /// <summary>Evaluates flags for a context of your making wherever a request's code gives no context of its own.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="create">Makes the context of a request; <see langword="null"/> leaves the request as it is. What it throws fails
    /// the request.</param>
    /// <returns>The pipeline.</returns>
    /// <exception cref="InvalidOperationException">There are no feature flags: <c>AddVarai</c> was not called.</exception>
    public static IApplicationBuilder UseVaraiFlagContext(this IApplicationBuilder app, Func<HttpContext, FlagContext?> create)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(create);
        if (app.ApplicationServices.GetService<IServiceProviderIsService>()?.IsService(typeof(IFlagContextAccessor)) == false)
            throw new InvalidOperationException("UseVaraiFlagContext found no IFlagContextAccessor: call builder.AddVarai() before the application is built.");
        return app.Use(next => new FlagContextMiddleware(next, create).InvokeAsync);
    }
}
