using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Varai.Secrets;

namespace Varai.CrashHost;

/// <summary>Reads a secret five times, then looks for it in this process's own memory.</summary>
internal static class SecretResidue
{
    public static async Task RunAsync(TextWriter output)
    {
        var needle = new MemoryNeedle();
        using SecretBuffer answer = WriteAnswer(needle);
        var store = new SecretStore(
            [new JsonBackend(answer)], Options.Create(new SecretOptions()), TimeProvider.System, NullLogger<SecretStore>.Instance);
        for (int i = 0; i < 5; i++)
        {
            store.Invalidate("key");
            Secret? secret = await store.FindSecretAsync("key");
            if (!needle.IsIn(secret!.Value.RevealBytes().Span))
                throw new InvalidOperationException("Another value was read than was put there.");
        }

        await ReportAsync(output, "held", needle);
        store.Dispose();
        await ReportAsync(output, "disposed", needle);

        using SecretValue control = needle.Reveal();
        string text = control.RevealString();
        await ReportAsync(output, "control", needle);
        GC.KeepAlive(text);
    }

    private static async Task ReportAsync(TextWriter output, string when, MemoryNeedle needle)
    {
        (int utf8, int utf16) = needle.CountInProcess();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{when}: utf8 {utf8}, utf16 {utf16}"));
        await output.FlushAsync();
    }

    /// <summary>What a backend would send: JSON with the value in base64.</summary>
    private static SecretBuffer WriteAnswer(MemoryNeedle needle)
    {
        var buffer = new SecretBuffer();
        using var writer = new Utf8JsonWriter(buffer);
        using SecretValue value = needle.Reveal();
        writer.WriteStartObject();
        writer.WriteBase64String("data", value.RevealBytes().Span);
        writer.WriteEndObject();
        writer.Flush();
        return buffer;
    }

    private sealed class JsonBackend(SecretBuffer answer) : ISecretProvider
    {
        public string Name => "json";

        public async ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return new Secret(request.Name, Read(), Name);
        }

        private SecretValue Read()
        {
            using var body = new SecretBuffer();
            answer.WrittenSpan.CopyTo(body.GetSpan(answer.WrittenSpan.Length));
            body.Advance(answer.WrittenSpan.Length);
            var reader = new Utf8JsonReader(body.WrittenSpan);
            while (reader.TokenType != JsonTokenType.String)
                reader.Read();
            return SecretValue.FromJsonBase64(ref reader);
        }
    }
}
