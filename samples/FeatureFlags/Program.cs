// A web shop rolls a new recommendation engine out while a guard watches its errors. A day of rollout passes in seconds: the clock is
// the program's own.
using System.Net.Http.Json;
using System.Text.Json;
using FeatureFlagsSample;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;

var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.SetMinimumLevel(LogLevel.None); // this program says everything itself
builder.Services.AddSingleton<TimeProvider>(clock);
builder.Services.AddSingleton<Shop>();
builder.AddVarai()
    .UseInMemoryState()
    .UseStateFeatureFlags()
    .AddFlags(typeof(ShopFlags))
    .AddFlagRollouts()
    .AddRolloutGuard<ErrorGuard>();

await using WebApplication app = builder.Build();
app.UseVaraiFlagContext(http => new FlagContext(http.Request.Query["user"]) { ["country"] = "AT" });
app.MapGet("/recommendations", (HttpContext http, Shop shop) => shop.Recommend(http.Request.Query["user"].ToString()));
app.MapVaraiFlags();
await app.StartAsync();
using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
var flags = app.Services.GetRequiredService<IFeatureFlags>();
var editor = app.Services.GetRequiredService<IFeatureFlagEditor>();
var rollouts = app.Services.GetRequiredService<IFlagRollouts>();

Title("The flags, as an operator defines them");
await editor.ApplyAsync(new FeatureFlagEdit("ann", "SHOP-1: a new engine, for the staff first")
    .Set(ShopFlags.NewEngine.Name, """
        { "enabled": true, "telemetry": { "enabled": true },
          "conditions": { "client_filters": [ { "name": "Segment", "parameters": { "segment": "staff" } } ] } }
        """)
    .Set(ShopFlags.ButtonColor.Name, """
        { "enabled": true,
          "variants": [ { "name": "calm", "configuration_value": "grey" }, { "name": "loud", "configuration_value": "red" } ],
          "allocation": { "default_when_enabled": "calm", "percentile": [ { "variant": "loud", "from": 0, "to": 50 } ] } }
        """)
    .SetSegment("staff", """{ "users": ["ann", "bob"] }"""));
foreach (string name in flags.FeatureNames)
    Console.WriteLine($"  {name}: ann {Describe(flags.Evaluate(name, new FlagContext("ann")))}, a stranger {Describe(flags.Evaluate(name, new FlagContext("eve")))}");
FlagDeclarationReport declared = app.Services.GetRequiredService<IFlagDeclarations>().Check();
Console.WriteLine($"  declared in code and defined nowhere: {declared.Undefined.Count}; defined and not declared: {declared.Undeclared.Count}");

Title("A rollout with a guard, and a bug that shows under load");
await RollOutAsync("SHOP-1: to everybody within a day");

Title("The bug is mended, once more");
app.Services.GetRequiredService<Shop>().HasBug = false;
await RollOutAsync("SHOP-1: with the mended engine");

Title("Why does eve get it?");
Console.WriteLine($"  {flags.Explain(ShopFlags.NewEngine.Name, new FlagContext("eve")).ToString().ReplaceLineEndings($"{Environment.NewLine}  ")}");

Title("A client in any language asks over OFREP");
using HttpResponseMessage reply = await client.PostAsJsonAsync(
    $"/ofrep/v1/evaluate/flags/{ShopFlags.ButtonColor.Name}", new { context = new { targetingKey = "eve" } });
Console.WriteLine($"  {(int)reply.StatusCode} {JsonSerializer.Serialize(await reply.Content.ReadFromJsonAsync<JsonElement>())}");

Title("Who changed what, and why");
await foreach (FeatureFlagRevision revision in editor.GetHistoryAsync(ShopFlags.NewEngine.Name))
    Console.WriteLine($"  {revision.Time:u} {revision.Author}: {revision.Reason}");

await app.StopAsync();

async Task RollOutAsync(string reason)
{
    RolloutPlan plan = new RolloutPlan(ShopFlags.NewEngine.Name) { Guard = "errors" }
        .Step(5)
        .Step(25, after: TimeSpan.FromHours(1))
        .Step(100, after: TimeSpan.FromDays(1));
    RolloutStatus status = await rollouts.StartAsync(plan, "ann", reason);
    Console.WriteLine($"  {plan}");
    int seen = 0;
    do
    {
        int newEngine = await ServeAsync(shoppers: 500);
        clock.Advance(TimeSpan.FromHours(1));
        status = (await rollouts.GetAsync(status.Id))!;
        Console.WriteLine($"  {clock.GetUtcNow():ddd HH:mm}  {newEngine} of 500 shoppers got the new engine");
        foreach (RolloutEvent step in status.History.Skip(seen))
            Console.WriteLine($"             {step.Kind}{(step.Percentage is { } p ? $" at {p} %" : "")}: {step.Reason}");
        seen = status.History.Count;
    }
    while (!status.HasEnded && clock.GetUtcNow() < status.StartedAt.AddDays(3));
}

async Task<int> ServeAsync(int shoppers)
{
    int newEngine = 0;
    for (int i = 0; i < shoppers; i++)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri($"/recommendations?user=shopper-{i}", UriKind.Relative));
        if (!response.IsSuccessStatusCode || (await response.Content.ReadAsStringAsync()).StartsWith("new", StringComparison.Ordinal))
            newEngine++;
    }

    return newEngine;
}

static string Describe(FlagEvaluation evaluation) =>
    $"{(evaluation.IsEnabled ? "on" : "off")}{(evaluation.Variant is { } variant ? $" ({variant})" : "")}";

static void Title(string text) => Console.WriteLine($"{Environment.NewLine}{text}");
