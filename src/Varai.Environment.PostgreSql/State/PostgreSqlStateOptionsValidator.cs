using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Varai.PostgreSql.State;

/// <summary>Refuses options the store can't work with, naming key, value and rule; a connection string is never quoted.</summary>
internal sealed class PostgreSqlStateOptionsValidator : IValidateOptions<PostgreSqlStateOptions>
{
    // PostgreSQL takes values below 1 GiB, and a bytea may be sent as text of twice its size.
    private const int LargestDocument = 256 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, PostgreSqlStateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ValidateOptionsResultBuilder();
        if (options.ConnectionString is { } text && !IsConnectionString(text))
        {
            errors.AddError(
                $"{Key(nameof(options.ConnectionString))} is not a connection string that Npgsql understands, such as 'Host=db;Database=shop;Username=shop'; a value with ; or = in it needs quotes.");
        }

        if (options.PasswordSecret is { } secret && string.IsNullOrWhiteSpace(secret))
            Add(errors, nameof(options.PasswordSecret), secret, "must name a secret");
        if (!PostgreSqlStateSchema.IsName(options.Schema))
            Add(errors, nameof(options.Schema), options.Schema, PostgreSqlStateSchema.NameRule);
        CheckRange(errors, nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        CheckRange(errors, nameof(options.CommandTimeout), options.CommandTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        CheckRange(errors, nameof(options.ChangeRetention), options.ChangeRetention, 1, int.MaxValue);
        CheckRange(errors, nameof(options.MaxDocumentBytes), options.MaxDocumentBytes, 1, LargestDocument);
        return errors.Build();
    }

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

    private static void CheckRange<T>(ValidateOptionsResultBuilder errors, string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
            Add(errors, key, value, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {greatest}"));
    }

    private static void Add(ValidateOptionsResultBuilder errors, string key, object? value, string rule) =>
        errors.AddError(string.Create(CultureInfo.InvariantCulture, $"{Key(key)} is '{value}', but {rule}."));

    private static string Key(string property) => $"{PostgreSqlStateOptions.SectionName}:{property}";
}
