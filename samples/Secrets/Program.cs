// Without arguments: a tour that needs no cloud. With "aws|google|vault|azure NAME": reads one secret from that backend, as Backends.cs
// sets it up.
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SecretsSample;
using Varai;
using Varai.Secrets;
using Varai.Testing.Secrets;

if (args is [string backend, string wanted])
    return await Backends.ReadAsync(backend, wanted);
if (args.Length > 0)
{
    Console.Error.WriteLine("Usage: Secrets [aws|google|vault|azure NAME]");
    return 2;
}

await using InHouseService service = await InHouseService.StartAsync();
service.Secrets["payment-key"] = "pk-1"u8.ToArray();
using var http = new HttpClient { BaseAddress = service.Address };
string root = Directory.CreateTempSubdirectory("varai-secrets-").FullName;
File.WriteAllText(
    Path.Combine(Directory.CreateDirectory(Path.Combine(root, "config", "secrets")).FullName, "orders-db"),
    """{ "user": "orders", "password": "correct horse battery staple" }""");

HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = root });
builder.Logging.SetMinimumLevel(LogLevel.None); // this program says everything itself
var audit = new AuditTrail();
builder.AddVarai()
    .AddSecretProvider(new InHouseSecretProvider(http))
    .AddSecretAuditSink(audit)
    .ConfigureSecrets(o =>
    {
        o.LocalStore.KeyFile = Path.Combine(root, "keys", "secrets.key");
        o.CacheTtl = TimeSpan.FromSeconds(1); // so that the tour need not wait
        o.Prefetch.Add("payment-key");
        o.Resilience.MaxRetries = 0;
    });

using IHost host = builder.Build();
await host.StartAsync();
ISecretStore secrets = host.Services.GetRequiredService<IVaraiEnvironment>().Secrets;

Title("A file, by field");
string user = await secrets.GetSecretAsync("orders-db#user");
Console.WriteLine($"  {user}, with a password of {(await secrets.GetSecretAsync("orders-db#password")).Length} characters");
Secret whole = (await secrets.FindSecretAsync("orders-db"))!;
Console.WriteLine($"  printed: {whole}; from '{whole.Provider}', version {whole.Version}");

Title("Written: encrypted in a file of our own");
string? first = await secrets.SetSecretAsync("smtp-password", "first");
string? second = await secrets.SetSecretAsync("smtp-password", "second");
Console.WriteLine($"  now {await secrets.GetSecretAsync("smtp-password")}, before {await secrets.GetSecretAsync($"smtp-password@{first}")} (versions {second} and {first})");
byte[] written = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).SelectMany(File.ReadAllBytes).ToArray();
Console.WriteLine($"  'second' in clear text anywhere on disk: {written.AsSpan().IndexOf("second"u8) >= 0}");

Title("A provider of our own");
ISecretHandle key = secrets.GetHandle("payment-key");
Console.WriteLine($"  {key.GetSecret()} (read before the host started)");
await using (IAsyncEnumerator<SecretChange> changes = secrets.WatchAsync("payment-key").GetAsyncEnumerator())
{
    ValueTask<bool> next = changes.MoveNextAsync();
    service.Secrets["payment-key"] = "pk-2"u8.ToArray();
    await next;
    Console.WriteLine($"  {changes.Current.Name} was {changes.Current.Kind}: now {key.GetSecret()}");
}

service.IsDown = true;
secrets.Invalidate("other-key");
try
{
    await secrets.GetSecretAsync("other-key");
}
catch (SecretProviderException e)
{
    Console.WriteLine($"  while it is down, one never read: {e.Message}");
}

Console.WriteLine($"  while it is down, one that is known: {await key.GetSecretAsync()}");
service.IsDown = false;
await new SecretProviderContract(new InHouseSecretProvider(http), (name, value, _) =>
{
    service.Secrets[name] = value.RevealBytes().ToArray();
    return Task.CompletedTask;
}).RunAsync();
Console.WriteLine("  it keeps the contract of a secret provider");

Title("What is there");
await foreach (SecretInfo info in secrets.ListSecretsAsync())
    Console.WriteLine($"  {info.Name} in '{info.Provider}'");

Title("Who read what");
foreach (string line in audit.Lines)
    Console.WriteLine($"  {line}");

await host.StopAsync();
Directory.Delete(root, recursive: true);
return 0;

static void Title(string text)
{
    Console.WriteLine();
    Console.WriteLine(text);
}
