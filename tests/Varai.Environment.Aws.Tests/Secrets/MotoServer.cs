using Amazon.Runtime;
using Varai.Tests.TestResources;

namespace Varai.Aws.Tests.Secrets;

/// <summary>The moto server: an implementation of AWS that is not ours. One for each test class that asks for it.</summary>
public sealed class MotoServer : IAsyncLifetime
{
    public const string Install = "pip install 'moto[server]'";

    private ServerProcess? _process;

    /// <summary>Where it listens.</summary>
    public string Endpoint => $"http://127.0.0.1:{_process?.Port ?? throw new InvalidOperationException("moto was not required.")}";

    public async ValueTask InitializeAsync()
    {
        if (await PythonAsync() is not { } python)
            return;
        var variables = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "none", ["AWS_SECRET_ACCESS_KEY"] = "none" };
        _process = await ServerProcess.StartAsync(
            python, static port => ["-m", "moto.server", "-H", "127.0.0.1", "-p", $"{port}"], variables, TestContext.Current.CancellationToken);
    }

    /// <summary>Skips the test where moto is not installed.</summary>
    public void Require() => Varai.Tests.TestResources.Require.That(_process is not null, $"The moto server is not on this machine. Install it with: {Install}");

    /// <summary>Options for a client of this server.</summary>
    public AwsSecretsManagerOptions Options(Action<AwsSecretsManagerOptions>? configure = null)
    {
        Require();
        var options = new AwsSecretsManagerOptions
        {
            Region = "us-east-1",
            Endpoint = Endpoint,
            Credentials = static _ => ValueTask.FromResult<AWSCredentials>(new BasicAWSCredentials("AKIATEST", "secret")),
        };
        configure?.Invoke(options);
        return options;
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<string?> PythonAsync()
    {
        if (Varai.Tests.TestResources.Require.Find(["python3", "python"], Environment.GetEnvironmentVariable("PATH")) is not { } python)
            return null;
        Command command = await Command.RunAsync(python, ["-c", "import moto.server"], AppContext.BaseDirectory, TestContext.Current.CancellationToken);
        return command.ExitCode == 0 ? python : null;
    }
}
