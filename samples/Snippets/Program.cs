// Every C# block of README.md and docs/ is a region of this project, between "// snippet: name" and "// end-snippet", so that
// no block is shown that does not compile. A test compares them.

// snippet: getting-started
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.AddVarai();

using IHost host = builder.Build();
await host.StartAsync();

var varai = host.Services.GetRequiredService<IVaraiEnvironment>();
string key = await varai.GetSecretAsync("api-key");
Console.WriteLine($"{varai.Name}: the key has {key.Length} characters");
Console.WriteLine($"gift cards are {(varai.IsFeatureEnabled("gift_cards") ? "on" : "off")}");
Console.WriteLine($"orders go to {builder.Configuration["api_config:base_url"]}");

await host.StopAsync();
// end-snippet
