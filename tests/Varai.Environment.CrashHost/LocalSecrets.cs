using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Secrets;
using Varai.Secrets.LocalStore;

namespace Varai.CrashHost;

/// <summary>Writes into a local secret store, and rotates its key.</summary>
internal static class LocalSecrets
{
    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        using LocalSecretProvider store = Open(arguments[1]);
        output.WriteLine("ready");
        output.Flush();
        switch (arguments[0])
        {
            case "secrets-write":
                await WriteAsync(store, Parse(arguments[2]), output);
                break;
            case "secrets-rotate":
                await RotateAsync(store, output);
                break;
            case "secrets-add":
                for (int i = 0; i < Parse(arguments[3]); i++)
                    await store.SetAsync($"{arguments[2]}/{i}", new SecretValue($"{arguments[2]} {i}"), default);
                break;
            default:
                throw new InvalidOperationException($"Unknown command '{arguments[0]}'.");
        }
    }

    /// <summary>Opens the store of a folder with the key file of that folder.</summary>
    public static LocalSecretProvider Open(string folder)
    {
        var nothing = new ProcessEnvironment(_ => null);
        var files = new SecretFileReader("local", requirePrivateFiles: false, NullLogger.Instance);
        var keys = new LocalStoreKeys(
            provider: null,
            new EnvironmentKeys(EnvironmentKeys.Current, nothing, files),
            new EnvironmentKeys(EnvironmentKeys.Previous, nothing, files),
            () => new KeyFile(Path.Combine(folder, "keys", "service.key"), TimeProvider.System));
        return new LocalSecretProvider(
            Path.Combine(folder, "store", "secrets.enc"), maxVersions: 3, keys, TimeProvider.System, NullLogger<LocalSecretProvider>.Instance);
    }

    // Contents say their number and then repeat one letter derived from it, from a few bytes to several pages.
    public static string Content(long number) =>
        number.ToString(CultureInfo.InvariantCulture) + " " + new string((char)('a' + (number % 26)), 10 + ((int)(number * 977) % 5000));

    private static async Task WriteAsync(LocalSecretProvider store, int names, TextWriter output)
    {
        Secret? last = await store.GetAsync(new SecretRequest("last"), default);
        long number = last is null ? 0 : Parse(last.RevealString().Split(' ')[0]);
        while (true)
        {
            number++;
            await store.SetAsync($"key/{number % names}", new SecretValue(Content(number)), default);
            await store.SetAsync("last", new SecretValue(Content(number)), default);
            Acknowledge(output, number);
        }
    }

    private static async Task RotateAsync(LocalSecretProvider store, TextWriter output)
    {
        for (long number = 1; ; number++)
        {
            await store.RotateAsync(default);
            Acknowledge(output, number);
        }
    }

    private static void Acknowledge(TextWriter output, long number)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ack {number} done"));
        output.Flush();
    }

    private static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
