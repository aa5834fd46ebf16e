using System.Text.Json;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>What every answer has around its data.</summary>
internal readonly ref struct VaultEnvelope
{
    public ReadOnlySpan<byte> Data { get; private init; }

    public ReadOnlySpan<byte> Auth { get; private init; }

    public ReadOnlySpan<byte> WrapInfo { get; private init; }

    public VaultLease? Lease { get; private init; }

    public IReadOnlyList<string> Warnings { get; private init; }

    /// <summary>Reads an answer with a function of its own. What can't be read is an error that does not quote it.</summary>
    public static T Read<T>(VaultCall call, VaultAnswer answer, Reader<T> read)
    {
        try
        {
            return read(Parse(answer.Body));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw VaultErrors.InvalidAnswer(call, "is not the JSON it should be");
        }
    }

    public VaultData ToData() => new(new SecretValue(Data.IsEmpty ? "{}"u8 : Data)) { Lease = Lease, Warnings = Warnings };

    public VaultToken ToToken()
    {
        SecretValue? token = null;
        TimeSpan timeToLive = default;
        bool renewable = false, batch = false;
        var members = new JsonMembers(Auth);
        while (members.MoveNext())
        {
            switch (members.Name)
            {
                case "client_token" when members.Kind == JsonTokenType.String:
                    token = members.Secret();
                    break;
                case "lease_duration":
                    timeToLive = members.Seconds();
                    break;
                case "renewable":
                    renewable = members.Flag();
                    break;
                case "token_type":
                    batch = members.Text() == "batch";
                    break;
            }
        }

        return token is null
            ? throw new FormatException("There is no token.")
            : new VaultToken(token) { TimeToLive = timeToLive, IsRenewable = renewable && !batch, IsOwned = !batch };
    }

    private static VaultEnvelope Parse(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> data = default, auth = default, wrapInfo = default;
        string? lease = null;
        TimeSpan duration = default;
        bool renewable = false;
        IReadOnlyList<string> warnings = [];
        var members = new JsonMembers(body);
        while (members.MoveNext())
        {
            switch (members.Name)
            {
                case "data" when members.Kind == JsonTokenType.StartObject:
                    data = members.Raw;
                    break;
                case "auth" when members.Kind == JsonTokenType.StartObject:
                    auth = members.Raw;
                    break;
                case "wrap_info" when members.Kind == JsonTokenType.StartObject:
                    wrapInfo = members.Raw;
                    break;
                case "lease_id":
                    lease = members.Text();
                    break;
                case "lease_duration":
                    duration = members.Seconds();
                    break;
                case "renewable":
                    renewable = members.Flag();
                    break;
                case "warnings":
                    warnings = members.Texts();
                    break;
            }
        }

        return new VaultEnvelope
        {
            Data = data,
            Auth = auth,
            WrapInfo = wrapInfo,
            Lease = string.IsNullOrEmpty(lease) ? null : new VaultLease(lease, duration, renewable),
            Warnings = warnings,
        };
    }

    public delegate T Reader<out T>(VaultEnvelope envelope);
}
