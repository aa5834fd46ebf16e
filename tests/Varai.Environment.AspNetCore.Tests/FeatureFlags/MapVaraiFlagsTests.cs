using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Varai.AspNetCore.Tests.TestResources;

namespace Varai.AspNetCore.Tests.FeatureFlags;

public sealed class MapVaraiFlagsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("/api", "/api")]
    [InlineData("api/v2/", "/api/v2")]
    [InlineData("/{tenant}", "/contoso")]
    public async Task MapVaraiFlags_WithAPrefix_ServesBelowIt(string prefix, string path)
    {
        await using FlagServer server = await FlagServer.StartAsync(map: app => app.MapVaraiFlags(prefix, o => o.EventStream = true));
        server.Flags.Set("f", enabled: true);

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(path + FlagServer.OnePath + "f")).Status);
        Reply all = await server.PostAsync(path + FlagServer.AllPath);
        Assert.Equal(path + FlagServer.EventsPath, (string?)all.Json["eventStreams"]![0]!["endpoint"]!["requestUri"]);
    }

    [Fact]
    public async Task MapVaraiFlags_BelowAPathBaseAndAGroup_AnnouncesTheWholePathOfTheStream()
    {
        await using FlagServer server = await FlagServer.StartAsync(map: app =>
        {
            app.UsePathBase("/shop");
            app.UseRouting();
            app.MapGroup("/grüße").MapVaraiFlags("x", o => o.EventStream = true);
        });

        string reply = await server.PostRawAsync($"/shop/gr%C3%BC%C3%9Fe/x{FlagServer.AllPath.ToUpperInvariant()}");

        Assert.Contains("\"requestUri\":\"/shop/gr%C3%BC%C3%9Fe/x/OFREP/V1/events\"", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapVaraiFlags_WithConventions_AppliesThemToEachEndpoint()
    {
        await using FlagServer server = await FlagServer.StartAsync(
            map: app =>
            {
                app.UseRateLimiter();
                app.MapVaraiFlags().RequireRateLimiting("flags");
            },
            register: services => services.AddRateLimiter(limiter =>
            {
                limiter.AddFixedWindowLimiter("flags", o => (o.PermitLimit, o.Window) = (2, TimeSpan.FromHours(1)));
                limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                limiter.OnRejected = static (context, _) =>
                {
                    if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after))
                        context.HttpContext.Response.Headers.RetryAfter = ((int)after.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
                    return ValueTask.CompletedTask;
                };
            }));

        await server.PostAsync(FlagServer.AllPath);
        await server.PostAsync(FlagServer.OnePath + "f");

        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync(FlagServer.AllPath)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync(FlagServer.OnePath + "f")).Status);
    }

    [Fact]
    public async Task MapVaraiFlags_Twice_ServesTwoSetsOfFlags()
    {
        await using FlagServer server = await FlagServer.StartAsync(map: app =>
        {
            app.MapVaraiFlags("/public", o => o.Include = name => name == "shown");
            app.MapVaraiFlags("/internal");
        });
        server.Flags.Set("shown", enabled: true);
        server.Flags.Set("hidden", enabled: true);

        Assert.Single((await server.PostAsync("/public" + FlagServer.AllPath)).Json["flags"]!.AsArray());
        Assert.Equal(2, (await server.PostAsync("/internal" + FlagServer.AllPath)).Json["flags"]!.AsArray().Count);
    }

    [Fact]
    public async Task MapVaraiFlags_WithoutFlags_SaysWhatIsMissing()
    {
        await using WebApplication app = WebApplication.CreateSlimBuilder().Build();

        Assert.Equal(
            "MapVaraiFlags found no feature flags to serve: call builder.AddVarai() before the application is built.",
            Assert.Throws<InvalidOperationException>(() => app.MapVaraiFlags()).Message);
    }

    [Fact]
    public async Task MapVaraiFlags_WithBadOptions_SaysWhichAndWhatIsAllowed()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<IFeatureFlags>(new FakeFlags());
        await using WebApplication app = builder.Build();

        Assert.Equal("MaximumBodySize is at least 1 byte, not 0. (Parameter 'configure')", Problem(o => o.MaximumBodySize = 0));
        Assert.Equal("MaximumEventStreams is at least 1, not -1. (Parameter 'configure')", Problem(o => o.MaximumEventStreams = -1));
        Assert.Equal(
            "EventStreamHeartbeat is at least 1 second, not 00:00:00.9990000. (Parameter 'configure')",
            Problem(o => o.EventStreamHeartbeat = TimeSpan.FromMilliseconds(999)));
        Assert.Empty(((IEndpointRouteBuilder)app).DataSources);

        string Problem(Action<FlagEndpointOptions> configure) => Assert.Throws<ArgumentException>(() => app.MapVaraiFlags(configure: configure)).Message;
    }
}
