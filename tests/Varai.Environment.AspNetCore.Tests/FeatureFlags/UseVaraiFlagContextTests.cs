using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Varai.AspNetCore.Tests.TestResources;

namespace Varai.AspNetCore.Tests.FeatureFlags;

public sealed class UseVaraiFlagContextTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nameidentifier=7;sub=8;name=ann;role=admin;role=beta;role=admin", "7 in admin, beta")]
    [InlineData("sub=8;name=ann", "8")]
    [InlineData("name=ann;email=a@example.org", "ann")]
    [InlineData("role=admin", "anonymous in admin")]
    public async Task UseVaraiFlagContext_OfASignedInUser_IsMadeOfTheClaims(string claims, string expected) =>
        Assert.Equal(expected, await AskAsync(app => app.UseVaraiFlagContext(), Identity(claims, "test")));

    [Fact]
    public async Task UseVaraiFlagContext_OfAnIdentityWithItsOwnRoleClaim_TakesThat()
    {
        var identity = new ClaimsIdentity([new Claim("sub", "8"), new Claim("roles", "ops"), new Claim(ClaimTypes.Role, "other")], "jwt", "name", "roles");

        Assert.Equal("8 in ops", await AskAsync(app => app.UseVaraiFlagContext(), identity));
    }

    [Fact]
    public async Task UseVaraiFlagContext_OfNobody_IsNone() =>
        Assert.Equal("none", await AskAsync(app => app.UseVaraiFlagContext(), Identity("sub=8;role=admin", authenticationType: null)));

    [Fact]
    public async Task UseVaraiFlagContext_WithAFunction_TakesWhatItMakes()
    {
        Assert.Equal(
            "t1 with path",
            await AskAsync(app => app.UseVaraiFlagContext(http => new FlagContext("t1") { ["path"] = http.Request.Path.Value }), Identity("sub=8", "test")));
        Assert.Equal("none", await AskAsync(app => app.UseVaraiFlagContext(_ => null), Identity("sub=8", "test")));
    }

    [Fact]
    public async Task UseVaraiFlagContext_AfterTheRequest_PutsBackWhatWasThere()
    {
        var accessor = new OneSlot { Current = new FlagContext("before") };
        var services = new ServiceCollection();
        services.AddSingleton<IFlagContextAccessor>(accessor);
        await using ServiceProvider provider = services.BuildServiceProvider();
        var seen = new List<string?>();
        RequestDelegate pipeline = new ApplicationBuilder(provider).UseVaraiFlagContext(_ => new FlagContext("during")).Use(_ => _ =>
        {
            seen.Add(accessor.Current?.TargetingKey);
            throw new InvalidOperationException("a failing request");
        }).Build();

        await Assert.ThrowsAsync<InvalidOperationException>(() => pipeline(new DefaultHttpContext { RequestServices = provider }));

        Assert.Equal(["during"], seen);
        Assert.Equal("before", accessor.Current!.TargetingKey);
    }

    [Fact]
    public async Task UseVaraiFlagContext_OfRequestsAtTheSameTime_StaysWithEach()
    {
        using var bothInside = new Barrier(2);
        await using FlagServer server = await FlagServer.StartAsync(map: app =>
        {
            app.UseVaraiFlagContext(http => new FlagContext(http.Request.Query["user"]));
            app.MapGet("/whoami", async http =>
            {
                await Task.Yield();
                bothInside.SignalAndWait(TimeSpan.FromSeconds(30), http.RequestAborted);
                await http.Response.WriteAsync(http.RequestServices.GetRequiredService<IFlagContextAccessor>().Current!.TargetingKey!, http.RequestAborted);
            });
        });

        string[] answers = await Task.WhenAll(((string[])["a", "b"]).Select(user => server.Client.GetStringAsync(new Uri($"/whoami?user={user}", UriKind.Relative), Token)));

        Assert.Equal(["a", "b"], answers);
    }

    [Fact]
    public void UseVaraiFlagContext_WithoutFlags_SaysWhatIsMissing()
    {
        using ServiceProvider provider = new ServiceCollection().BuildServiceProvider();

        Assert.Equal(
            "UseVaraiFlagContext found no IFlagContextAccessor: call builder.AddVarai() before the application is built.",
            Assert.Throws<InvalidOperationException>(() => new ApplicationBuilder(provider).UseVaraiFlagContext()).Message);
    }

    private static async Task<string> AskAsync(Action<IApplicationBuilder> use, ClaimsIdentity identity)
    {
        await using FlagServer server = await FlagServer.StartAsync(map: app =>
        {
            app.Use((http, next) =>
            {
                http.User = new ClaimsPrincipal(identity);
                return next(http);
            });
            use(app);
            app.MapGet("/whoami", http =>
                http.Response.WriteAsync(http.RequestServices.GetRequiredService<IFlagContextAccessor>().Current?.ToString() ?? "none", http.RequestAborted));
        });
        return await server.Client.GetStringAsync(new Uri("/whoami", UriKind.Relative), Token);
    }

    private static ClaimsIdentity Identity(string claims, string? authenticationType) => new(
        claims.Split(';').Select(c => c.Split('=')).Select(c => new Claim(
            c[0] switch { "nameidentifier" => ClaimTypes.NameIdentifier, "name" => ClaimTypes.Name, "role" => ClaimTypes.Role, var other => other }, c[1])),
        authenticationType);

    private sealed class OneSlot : IFlagContextAccessor
    {
        public FlagContext? Current { get; set; }
    }
}
