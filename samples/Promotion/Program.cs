// A release goes from development over staging to production: with an approval, a verification that fails, the rollback that follows
// by itself, and the hold that keeps the bad values from coming again. State is kept in SQLite and no server is needed, unless
// --postgres names one: by its connection string, or by the environment variable that holds that.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Varai;
using Varai.Configuration;
using Varai.Promotion;

string? postgres = FindPostgres(args);
string schema = $"sample_{Guid.NewGuid():N}"; // of this run only
string root = Directory.CreateTempSubdirectory("varai-promotion-").FullName;
try
{
    await RunAsync(root, postgres, schema);
}
finally
{
    if (postgres is not null)
        await DropAsync(postgres, schema);
    Directory.Delete(root, recursive: true);
}

static async Task RunAsync(string root, string? postgres, string schema)
{
    Write(root, "development.json", """
        {
          "feature_flags": { "new_checkout": true, "gift_cards": true },
          "api_config": { "base_url": "https://api.dev.example", "timeout_ms": 9000, "key": "${secret:api-key}" }
        }
        """);
    Write(root, "staging.json", """
        {
          // A person's file: comments and layout stay.
          "feature_flags": { "new_checkout": false },
          "api_config": { "base_url": "https://api.staging.example", "timeout_ms": 3000, "key": "${secret:api-key}" }
        }
        """);
    Write(root, "production.json", """
        {
          "feature_flags": { "new_checkout": false }, // careful
          "api_config": { "base_url": "https://api.example", "timeout_ms": 3000, "key": "${secret:api-key}" }
        }
        """);

    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
        new HostApplicationBuilderSettings { ContentRootPath = root, EnvironmentName = "production" });
    builder.Logging.SetMinimumLevel(LogLevel.None); // this program says everything itself
    IEnvironmentConfiguration? running = null;
    VaraiBuilder varai = builder.AddVarai(o =>
        {
            o.Configuration.RequireSecrets = false;
            o.Configuration.Watch = false;
        })
        .AddPromotion(o =>
        {
            o.ProtectedKeys.Add("api_config:base_url");
            o.CheckAttempts = 1;
            o.Stages["production"] = new PromotionStageSettings { RequiredApprovals = 1 };
        })
        .UsePromotionSecrets<EverySecret>()
        .AddPromotionCheck("latency", "production", (_, _) => new(
            running!.Current.Root.FindKey("api_config:timeout_ms")?.Text is "9000"
                ? EnvironmentCheckResult.Unhealthy("99 % of the answers take longer than 5 s")
                : EnvironmentCheckResult.Healthy("answers take 120 ms")));
    if (postgres is not null)
        varai.UsePostgreSqlState(postgres, o => o.Schema = schema);
    using IHost host = builder.Build();
    await host.StartAsync();
    running = host.Services.GetRequiredService<IEnvironmentConfiguration>();
    var engine = host.Services.GetRequiredService<IPromotionEngine>();
    string[] components = ["feature_flags", "api_config"];

    Title("The plan from development to staging");
    PromotionPlan plan = await engine.PlanAsync("development", "staging", components, "ann", "release 12");
    Print(plan);

    Title("Carried out: staging.json, comments and all");
    Print(await engine.PromoteAsync(plan));
    Print(await File.ReadAllTextAsync(Path.Combine(root, "config", "environments", "staging.json")));

    Title("To production somebody has to agree");
    plan = await engine.PlanAsync("staging", "production", components, "ann", "release 12");
    try
    {
        await engine.PromoteAsync(plan);
    }
    catch (PromotionRefusedException e)
    {
        Print(e.Message);
    }

    PromotionApproval approval = await engine.ApproveAsync(plan, "bob", "looks good");
    Print($"{approval.Approver}: {approval.Comment}");

    Title("The verification fails, and production is as before");
    PromotionRecord record = await engine.PromoteAsync(plan);
    Print(record);
    Print(await File.ReadAllTextAsync(Path.Combine(root, "config", "environments", "production.json")));

    Title("The same values do not come again");
    Print(string.Join(Environment.NewLine, (await engine.PlanAsync("staging", "production", components, "ann", "once more")).Gates.Where(g => !g.IsPassed)));

    Title("Mended where it came from");
    await running.UpdateAsync(new ConfigurationUpdate("ann", "9 s is too long") { EnvironmentName = "development" }.Set("api_config:timeout_ms", 2500));
    await engine.PromoteAsync("development", "staging", components, "ann", "release 13");
    plan = await engine.PlanAsync("staging", "production", components, "ann", "release 13");
    await engine.ApproveAsync(plan, "bob");
    Print(await engine.PromoteAsync(plan));

    Title("Why is the time-out what it is?");
    Print(await engine.ExplainAsync("production", "api_config:timeout_ms"));

    Title("The audit");
    var audit = host.Services.GetRequiredService<IPromotionAudit>();
    await foreach (PromotionEvent happened in audit.ReadAsync())
        Print(happened);
    PromotionVerification verified = await audit.VerifyAuditAsync();
    Print($"{verified.Checked} entries, {(verified.IsIntact ? "nothing was changed by hand" : string.Join(", ", verified.Findings))}");
    await host.StopAsync();
}

static string? FindPostgres(string[] args)
{
    int at = Array.IndexOf(args, "--postgres");
    if (at < 0)
        return null;
    string given = at + 1 < args.Length ? args[at + 1] : throw new ArgumentException("--postgres needs a connection string, or the name of an environment variable.", nameof(args));
    return given.Contains('=', StringComparison.Ordinal)
        ? given
        : new ConfigurationBuilder().AddEnvironmentVariables().Build()[given] ?? throw new ArgumentException($"There is no environment variable {given}.", nameof(args));
}

static async Task DropAsync(string postgres, string schema)
{
    await using var source = NpgsqlDataSource.Create(postgres);
    await using NpgsqlCommand command = source.CreateCommand($"DROP SCHEMA IF EXISTS \"{schema}\" CASCADE");
    await command.ExecuteNonQueryAsync();
}

static void Write(string root, string file, string text)
{
    string folder = Path.Combine(root, "config", "environments");
    Directory.CreateDirectory(folder);
    File.WriteAllText(Path.Combine(folder, file), text);
}

static void Print(object value) => Console.WriteLine($"  {value.ToString()!.ReplaceLineEndings($"{Environment.NewLine}  ")}");

static void Title(string text) => Console.WriteLine($"{Environment.NewLine}{text}");

/// <summary>Stands in for what knows the secrets of all environments.</summary>
internal sealed class EverySecret : IPromotionSecrets
{
    public ValueTask<bool?> ExistsAsync(string environment, string secretName, CancellationToken cancellationToken) => new(true);
}
