using System.Diagnostics;

namespace Varai.Tests.TestResources;

/// <summary>A child process that has ended.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">Its standard output and error, in the order the lines came.</param>
internal sealed record Command(int ExitCode, string Output)
{
    /// <summary>Runs a program to its end with no standard input; cancelling kills it and its children.</summary>
    public static async Task<Command> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string workingDirectory,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Build nodes that stay idle would hold the pipes, and so this call, open for minutes.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        // Set by the runner of this process, and wrong for another build.
        foreach (string inherited in (string[])["MSBuildSDKsPath", "MSBUILD_EXE_PATH", "MSBuildExtensionsPath", "MSBuildLoadMicrosoftTargetsReadOnly"])
            start.Environment.Remove(inherited);

        using var process = new Process { StartInfo = start };
        var lines = new List<string>();
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new Command(process.ExitCode, string.Join('\n', lines));

        void Add(string? line)
        {
            if (line is null)
                return;
            lock (lines)
                lines.Add(line);
        }
    }

    /// <summary>Runs <c>dotnet</c> and fails the test with the whole output when it does not end with 0.</summary>
    public static async Task<string> DotnetAsync(string workingDirectory, CancellationToken cancellationToken, params string[] arguments)
    {
        string dotnet = Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";
        Command command = await RunAsync(dotnet, arguments, workingDirectory, cancellationToken);
        Assert.True(command.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {command.ExitCode}:\n{command.Output}");
        return command.Output;
    }
}
