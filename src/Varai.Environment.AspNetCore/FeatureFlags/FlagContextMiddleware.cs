using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Varai.FeatureFlags;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>Sets the ambient flag context for the rest of a request.</summary>
internal sealed class FlagContextMiddleware(RequestDelegate next, Func<HttpContext, FlagContext?> create)
{
    /// <summary>The context of a signed-in user; <see langword="null"/> for anybody else.</summary>
    public static FlagContext? OfUser(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true })
            return null;
        string? id = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? user.FindFirstValue("sub") ?? user.Identity.Name;
        return new FlagContext(id)
        {
            Groups = [.. user.Identities.Where(i => i.IsAuthenticated).SelectMany(i => i.FindAll(i.RoleClaimType)).Select(c => c.Value).Distinct(StringComparer.Ordinal)],
        };
    }

    public async Task InvokeAsync(HttpContext http)
    {
        if (create(http) is not { } context)
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        var accessor = http.RequestServices.GetRequiredService<IFlagContextAccessor>();
        FlagContext? before = accessor.Current;
        accessor.Current = context;
        try
        {
            await next(http).ConfigureAwait(false);
        }
        finally
        {
            accessor.Current = before;
        }
    }
}
