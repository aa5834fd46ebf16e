using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quickstart;
using Varai;
using Varai.Configuration;
using Varai.Promotion;

using var workspace = new Workspace();
workspace.WriteSecret("orders-db-password", "correct horse battery staple");

HostApplicationBuilder builder = Host.CreateApplicationBuilder(
    new HostApplicationBuilderSettings { Args = args, ContentRootPath = workspace.Root });
builder.Logging.SetMinimumLevel(LogLevel.None); // this program says everything itself
builder.AddVarai()
    .AddComponent<ApiConfig>("api_config")
    .AddComponent<OrderConfig>("orders")
    .RequireSameKeys("staging", "production")
    .AddPromotion(o => o.ProtectedKeys.Add("orders:limits:order_total")); // each environment has its own
builder.Services.AddSingleton<OrderService>();

using IHost host = builder.Build();
await host.StartAsync();
var varai = host.Services.GetRequiredService<IVaraiEnvironment>();
var orders = host.Services.GetRequiredService<OrderService>();

Title("The environment");
Console.WriteLine($"  {varai.Name}, from {string.Join(", ", varai.Configuration.Current.Files)}");
foreach (ConfigurationMember component in varai.Configuration.Current.Root.Members)
    Console.WriteLine($"  component {component.Name}, at {component.NameOrigin}");

Title("Configuration, a secret and feature flags");
ApiConfig api = varai.GetConfiguration<ApiConfig>("api_config");
Console.WriteLine($"  {api.BaseUrl}, timeout {api.Timeout}, {api.RateLimit.Requests} requests per {api.RateLimit.Per}");
string password = await varai.GetSecretAsync("orders-db-password");
string connection = builder.Configuration["database:connection_string"]!;
Console.WriteLine($"  the secret has {password.Length} characters, and the connection string holds it: {connection.Contains(password, StringComparison.Ordinal)}");
Console.WriteLine($"  new_checkout is {(varai.IsFeatureEnabled("new_checkout") ? "on" : "off")}");
Console.WriteLine($"  advanced_analytics is {(varai.IsFeatureEnabled("advanced_analytics") ? "on" : "off")}, "
    + $"sampling rate {varai.GetFeatureParameters("advanced_analytics").Get("sampling_rate", 0.0)}");
Console.WriteLine($"  55 items to France: {orders.Quote(55, 120, "FR")}");

Title("Somebody saves a mistake");
await Workspace.WaitForRefusalAsync(varai.Configuration, () => workspace.Edit("base.json", "\"items_per_order\": 50", "\"items_per_order\": \"many\""));
foreach (ConfigurationError error in varai.Configuration.Status.Errors)
    Console.WriteLine($"  {error}");
Console.WriteLine($"  the service runs on: {orders.Quote(55, 120, "FR")}");

Title("Somebody mends it");
await Workspace.WaitForChangeAsync(varai.Configuration, () => workspace.Edit("base.json", "\"items_per_order\": \"many\"", "\"items_per_order\": 60"));
Console.WriteLine($"  55 items to France: {orders.Quote(55, 120, "FR")}");

Title("A change through the API");
ConfigurationVersion update = await varai.Configuration.UpdateAsync(
    new ConfigurationUpdate("maria", "the new checkout goes live") { ExpectedContentHash = varai.Configuration.Current.ContentHash }
        .Set("feature_flags:new_checkout", !varai.IsFeatureEnabled("new_checkout")));
Console.WriteLine($"  {update}");
Console.WriteLine($"  55 items to France: {orders.Quote(55, 120, "FR")}");

Title("History");
await foreach (ConfigurationVersion version in varai.Configuration.GetHistoryAsync())
{
    Console.WriteLine($"  {version}");
    foreach (ConfigurationDifference change in version.Changes)
        Console.WriteLine($"      {change}");
}

ConfigurationHistoryReport report = await varai.Configuration.VerifyHistoryAsync();
Console.WriteLine($"  {report.Versions} versions verified, intact: {report.IsIntact}");

Title("Where does a value come from?");
foreach (string key in new[] { "feature_flags:new_checkout", "orders:limits:items_per_order", "database:connection_string" })
    Console.WriteLine($"  {(await varai.Configuration.ExplainAsync(key)).ToString().ReplaceLineEndings($"{Environment.NewLine}  ")}");

Title("What differs between staging and production?");
foreach (ConfigurationDifference difference in await varai.Configuration.DiffAsync(
    ConfigurationReference.Files("staging"), ConfigurationReference.Files("production")))
{
    Console.WriteLine($"  {difference}");
}

Title("A change on its way from development to staging");
await varai.Configuration.UpdateAsync(
    new ConfigurationUpdate("maria", "larger orders") { EnvironmentName = "development" }.Set("orders:limits:items_per_order", 80));
var promotions = host.Services.GetRequiredService<IPromotionEngine>();
PromotionPlan plan = await promotions.PlanAsync("development", "staging", ["orders"], "maria", "larger orders");
Console.WriteLine($"  {plan.ToString().ReplaceLineEndings($"{Environment.NewLine}  ")}");
PromotionRecord promotion = await promotions.PromoteAsync(plan);
Console.WriteLine($"  {promotion.State}: staging is at version {promotion.TargetVersion}");
foreach (ConfigurationDifference change in await varai.Configuration.DiffAsync(
    ConfigurationReference.Version(plan.TargetVersion ?? 1, "staging"), ConfigurationReference.Files("staging")))
{
    Console.WriteLine($"      {change}");
}

Title("May each environment be deployed?");
foreach (string environment in new[] { "development", "staging", "production" })
{
    ConfigurationValidationResult result = await varai.Configuration.ValidateAsync(environment);
    Console.WriteLine($"  {environment}: {(result.IsValid ? "yes" : "no")}");
    foreach (ConfigurationError error in result.Errors)
        Console.WriteLine($"      {error}");
}

await host.StopAsync();
return report.IsIntact && promotion.State == PromotionState.Succeeded ? 0 : 1;

static void Title(string text)
{
    Console.WriteLine();
    Console.WriteLine(text);
}
