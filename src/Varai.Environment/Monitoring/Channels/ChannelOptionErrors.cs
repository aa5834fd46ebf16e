using System.Globalization;
using Microsoft.Extensions.Options;
using Varai.Secrets;

namespace Varai.Monitoring.Channels;

/// <summary>Collects what is wrong with the options of a channel. Values that may be secret are not repeated.</summary>
internal sealed class ChannelOptionErrors(string? name)
{
    private readonly ValidateOptionsResultBuilder _errors = new();

    public ValidateOptionsResult Build() => _errors.Build();

    public void Add(string key, string rule) => _errors.AddError($"{ChannelServices.Section}:{name}:{key} {rule}.");

    public void Add(string key, object? value, string rule) =>
        Add(key, string.Create(CultureInfo.InvariantCulture, $"is '{value}', but {rule}"));

    /// <summary>A value that is set as it stands or as the name of a secret.</summary>
    /// <returns>The value, when it is set as it stands.</returns>
    public string? CheckSecret(string key, string? value, string? secretName, bool isRequired = true)
    {
        bool hasValue = !string.IsNullOrEmpty(value);
        bool hasName = !string.IsNullOrEmpty(secretName);
        if (hasValue && hasName)
            Add(key, $"and {key}Secret are both set; set one");
        else if (isRequired && !hasValue && !hasName)
            Add(key, $"or {key}Secret must be set");
        if (hasName)
            CheckSecretName($"{key}Secret", secretName);
        return hasValue ? value : null;
    }

    /// <summary>An address that is set as it stands or as the name of a secret.</summary>
    public void CheckUrl(string key, string? value, string? secretName, bool mayBePlain)
    {
        if (CheckSecret(key, value, secretName) is { } url && ChannelUrl.FindProblem(url, mayBePlain) is { } problem)
            Add(key, problem);
    }

    public void CheckSecretName(string key, string? secretName)
    {
        if (SecretAddress.FindProblem(secretName) is not null)
            Add(key, "must be the name of a secret");
    }

    public void CheckRange<T>(string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
            Add(key, value, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {greatest}"));
    }

    public void CheckMessage(AlertMessage message)
    {
        CheckTemplate($"Message:{nameof(message.Title)}", message.Title);
        CheckTemplate($"Message:{nameof(message.Body)}", message.Body);
    }

    public void CheckTemplate(string key, string? template)
    {
        if (template is not null && NotificationTemplate.FindProblem(template) is { } problem)
            Add(key, problem);
    }

    public void CheckHeaders(string key, IDictionary<string, string> headers, bool areSecrets)
    {
        foreach ((string header, string value) in headers)
        {
            if (header.Length == 0 || !header.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
                Add(key, header, "must be the name of an HTTP header");
            else if (areSecrets)
                CheckSecretName($"{key}:{header}", value);
            else if (value.Any(char.IsControl))
                Add($"{key}:{header}", "must have no control characters");
        }
    }
}
