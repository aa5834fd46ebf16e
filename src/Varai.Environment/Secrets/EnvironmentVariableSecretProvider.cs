namespace Varai.Secrets;

/// <summary>Reads secrets from environment variables.</summary>
/// <remarks>
/// One rule maps a name to variables, tried in this order, each with the prefix in front: the name as it stands
/// (<c>Db:Password</c>), the form that .NET configuration reads (<c>Db__Password</c>: <c>:</c> and <c>/</c> become two
/// underscores, <c>-</c> and <c>.</c> one), and the form that shells use (<c>DB_PASSWORD</c>: each separator one underscore,
/// upper case). An empty variable counts as not set. There are no versions.
/// </remarks>
internal sealed class EnvironmentVariableSecretProvider(ProcessEnvironment environment, string prefix = "") : ISecretProvider
{
    public string Name => "environment";

    public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<Secret?>(request.Version is null ? Find(request.Name) : null);
    }

    private Secret? Find(string name)
    {
        string? value = Read(name) ?? Read(ToConfigurationForm(name)) ?? Read(ToShellForm(name));
        return value is null ? null : new Secret(name, new SecretValue(value), Name);
    }

    private string? Read(string variable) => environment.Get(prefix + variable) is { Length: > 0 } value ? value : null;

    private static string ToConfigurationForm(string name) => name
        .Replace(":", "__", StringComparison.Ordinal)
        .Replace("/", "__", StringComparison.Ordinal)
        .Replace('-', '_')
        .Replace('.', '_');

    private static string ToShellForm(string name) => string.Create(name.Length, name, static (span, name) =>
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = name[i] is ':' or '/' or '-' or '.' ? '_' : char.ToUpperInvariant(name[i]);
    });
}
