using Microsoft.Extensions.Options;

namespace Varai.GoogleCloud.Secrets;

internal sealed class GoogleSecretManagerOptionsValidator : IValidateOptions<GoogleSecretManagerOptions>
{
    private const int MaximumLabels = 64;
    private const int MaximumLabelLength = 63;
    private const int MaximumPrefixLength = 128;

    public ValidateOptionsResult Validate(string? name, GoogleSecretManagerOptions options)
    {
        string section = string.IsNullOrEmpty(name) ? GoogleSecretManagerOptions.SectionName : $"Varai:{name}";
        var result = new ValidateOptionsResultBuilder();
        if (options.ProjectId is { } project && !IsProject(project))
            Fail(nameof(options.ProjectId), project, "the id or the number of a project");
        if (options.QuotaProject is { } quota && !IsProject(quota))
            Fail(nameof(options.QuotaProject), quota, "the id or the number of a project");
        if (options.Location is { } location && !IsLocation(location))
            Fail(nameof(options.Location), location, "a location such as 'europe-west3'");
        if (options.Endpoint is { } endpoint && !IsEndpoint(endpoint))
            Fail(nameof(options.Endpoint), endpoint, "an absolute https address without path and query; http is allowed for this machine only");
        if (options.CredentialsFile is { } file && string.IsNullOrWhiteSpace(file))
            Fail(nameof(options.CredentialsFile), file, "the path of a file");
        if (options.CredentialsFile is not null && options.AccessToken is not null)
            result.AddError($"{section}:{nameof(options.CredentialsFile)} is set and so is {nameof(options.AccessToken)}; set one of them.");
        if (options.NamePrefix is null || options.NamePrefix.Length > MaximumPrefixLength || !options.NamePrefix.All(GoogleSecretName.IsAllowed))
            Fail(nameof(options.NamePrefix), options.NamePrefix, $"up to {MaximumPrefixLength} letters, digits, '_' and '-'");
        if (options.Labels.Count > MaximumLabels)
            Fail(nameof(options.Labels), options.Labels.Count, $"at most {MaximumLabels} labels");
        foreach ((string key, string value) in options.Labels)
        {
            if (key.Length is 0 or > MaximumLabelLength || !char.IsLower(key[0]) || !key.All(IsLabelCharacter))
                Fail(nameof(options.Labels), key, $"labels whose keys have 1 to {MaximumLabelLength} lower-case letters, digits, '_' and '-' and begin with a letter");
            else if (value is null || value.Length > MaximumLabelLength || !value.All(IsLabelCharacter))
                Fail($"{nameof(options.Labels)}:{key}", value, $"at most {MaximumLabelLength} lower-case letters, digits, '_' and '-'");
        }

        for (int i = 0; i < options.ReplicationLocations.Count; i++)
        {
            if (!IsLocation(options.ReplicationLocations[i]))
                Fail($"{nameof(options.ReplicationLocations)}:{i}", options.ReplicationLocations[i], "a location such as 'europe-west3'");
        }

        if (options.Location is not null && options.ReplicationLocations.Count > 0)
            result.AddError($"{section}:{nameof(options.ReplicationLocations)} is set and so is {nameof(options.Location)}; regional secrets are not replicated.");
        return result.Build();

        void Fail(string property, object? value, string rule) =>
            result.AddError(FormattableString.Invariant($"{section}:{property} is '{value}'; it must be {rule}."));
    }

    // The old ids of projects have the name of their domain and a colon in front.
    private static bool IsProject(string text) =>
        text.Length is > 0 and <= 128 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or ':');

    private static bool IsLocation(string? text) =>
        text?.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        && uri.PathAndQuery == "/" && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;

    private static bool IsLabelCharacter(char c) => (char.IsLetterOrDigit(c) && !char.IsUpper(c)) || c is '_' or '-';
}
