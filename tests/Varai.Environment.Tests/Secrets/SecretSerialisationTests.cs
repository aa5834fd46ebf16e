using System.Text.Json;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>What serialises or destructures an object finds no value in it, also after somebody has revealed it.</summary>
public sealed class SecretSerialisationTests
{
    private const string Canary = "s3cr3t-canary-77aa";

    private static Secret Revealed
    {
        get
        {
            var secret = new Secret("key", new SecretValue(Canary), "provider") { Version = "1" };
            Assert.Equal(Canary, secret.RevealString());
            return secret;
        }
    }

    [Fact]
    public void Newtonsoft_writes_no_value()
    {
        var settings = new Newtonsoft.Json.JsonSerializerSettings
        {
            ContractResolver = new Newtonsoft.Json.Serialization.DefaultContractResolver { SerializeCompilerGeneratedMembers = true },
        };
        foreach (object o in (object[])[Revealed, Revealed.Value, new { Secret = Revealed, Revealed.Value }])
        {
            string json = Newtonsoft.Json.JsonConvert.SerializeObject(o, settings);
            Assert.DoesNotContain("s3cr3t", json, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Revealed.Value.RevealBytes().Span), json, StringComparison.Ordinal);
        }

        Assert.Contains("\"key\"", Newtonsoft.Json.JsonConvert.SerializeObject(Revealed), StringComparison.Ordinal);
    }

    [Fact]
    public void SystemTextJson_writes_no_value()
    {
        var options = new JsonSerializerOptions { IncludeFields = true };
        Assert.DoesNotContain("s3cr3t", JsonSerializer.Serialize(Revealed, options), StringComparison.Ordinal);
        Assert.Equal("{}", JsonSerializer.Serialize(Revealed.Value, options));
    }

    [Fact]
    public void Serilog_destructuring_writes_no_value()
    {
        var sink = new TextSink();
        using Logger logger = new LoggerConfiguration().Destructure.ToMaximumDepth(20).WriteTo.Sink(sink).CreateLogger();
        var provider = new InMemorySecretProvider();
        provider.Set("key", Canary);
        using var harness = new SecretStoreHarness(provider);
        harness.Store.GetSecret("key");

        logger.Information("{@Secret} {@Value} {Plain} {@Store} {@Handle} {@Provider}", Revealed, Revealed.Value, Revealed, harness.Store, harness.Store.GetHandle("key"), provider);
        logger.Information("{@Anonymous}", new { Revealed, Revealed.Value });

        Assert.Contains("\"key\"", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", sink.Text, StringComparison.Ordinal);
    }

    private sealed class TextSink : ILogEventSink
    {
        public string Text { get; private set; } = "";

        public void Emit(LogEvent logEvent) => Text += logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture) + '\n';
    }
}
