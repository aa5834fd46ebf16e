using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using Varai.PostgreSql.Data.Restore;

namespace Varai.PostgreSql.Data;

/// <summary>Refuses options that a database can't be moved with, naming key, value and rule; a connection string is never quoted.</summary>
internal sealed class DataPostgreSqlOptionsValidator : IValidateOptions<DataPostgreSqlOptions>
{
    private const int MostConnections = 32;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, DataPostgreSqlOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        string section = $"{DataPostgreSqlOptions.SectionName}:{name}";
        foreach ((string environment, string text) in options.ConnectionStrings)
        {
            if (!IsConnectionString(text))
            {
                errors.AddError(
                    $"{section}:{nameof(options.ConnectionStrings)}:{environment} is not a connection string that Npgsql understands, such as 'Host=db;Database=shop;Username=shop'; a value with ; or = in it needs quotes.");
            }
        }

        foreach ((string environment, string secret) in options.PasswordSecrets)
        {
            if (string.IsNullOrWhiteSpace(secret))
                errors.AddError($"{section}:{nameof(options.PasswordSecrets)}:{environment} is '{secret}', but must name a secret.");
            if (!options.ConnectionStrings.ContainsKey(environment))
                errors.AddError($"{section}:{nameof(options.PasswordSecrets)}:{environment} belongs to no connection string: set {section}:{nameof(options.ConnectionStrings)}:{environment}.");
        }

        foreach (string schema in options.Schemas.Where(s => !IsSchema(s)))
            errors.AddError($"{section}:{nameof(options.Schemas)} has '{schema}', but must have names of schemas that are not the server's own.");
        if (options.Schemas.Distinct(StringComparer.Ordinal).Count() < options.Schemas.Count)
            errors.AddError($"{section}:{nameof(options.Schemas)} has a schema twice.");
        if (options.MaximumParallelism is < 1 or > MostConnections)
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{section}:{nameof(options.MaximumParallelism)} is '{options.MaximumParallelism}', but must be from 1 to {MostConnections}."));
        }

        if (options.LockTimeout < Shortest || options.LockTimeout > Longest)
        {
            errors.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{section}:{nameof(options.LockTimeout)} is '{options.LockTimeout}', but must be from {Shortest} to {Longest}."));
        }

        return errors.Build();
    }

    private static bool IsSchema(string name) =>
        !string.IsNullOrWhiteSpace(name)
        && !name.Contains('\0', StringComparison.Ordinal)
        && !name.StartsWith("pg_", StringComparison.Ordinal)
        && name != "information_schema"
        && !name.StartsWith(StagedSchemas.Prefix, StringComparison.Ordinal);

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            // What it says may quote a part of a password.
            return false;
        }
    }
}
