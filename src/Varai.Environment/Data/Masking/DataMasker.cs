using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Varai.Data.Masking;

/// <summary>Applies a policy with a key. The key is in here only, and overwritten at the end.</summary>
internal sealed class DataMasker : IDataMasker, IDisposable
{
    private const int ShortestKey = 16;
    private const char Hidden = '*';
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";
    private const int HashCharacters = 26;
    private const int BitsPerCharacter = 5;

    // What kind of value a hash is of: a number and its text must not look alike.
    private const byte TextTag = 1;
    private const byte IntegerTag = 2;
    private const byte BytesTag = 3;

    private readonly byte[] _key;
    private readonly ShapePermutation _fake;

    public DataMasker(DataMaskingPolicy policy, bool isRequired, ReadOnlySpan<byte> key)
    {
        Policy = policy;
        IsRequired = isRequired;
        if (policy.Rules.Values.Any(r => r.NeedsKey) && key.Length < ShortestKey)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The masking key in the secret '{policy.KeySecret}' has {key.Length} bytes; at least {ShortestKey} are needed."), nameof(key));
        }

        _key = GC.AllocateUninitializedArray<byte>(key.Length, pinned: true);
        key.CopyTo(_key);
        _fake = new ShapePermutation(_key);
    }

    public DataMaskingPolicy Policy { get; }

    public bool IsRequired { get; }

    public string? MaskText(MaskingRule rule, string value)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(value);
        return rule.Kind switch
        {
            MaskingRuleKind.Keep => value,
            MaskingRuleKind.Null => null,
            MaskingRuleKind.Hmac => HashText(value),
            MaskingRuleKind.Fake => _fake.Apply(value),
            _ => KeepLast(value, rule.Length),
        };
    }

    public long? MaskInteger(MaskingRule rule, long value)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Kind switch
        {
            MaskingRuleKind.Keep => value,
            MaskingRuleKind.Null => null,
            MaskingRuleKind.Hmac => HashInteger(value),
            MaskingRuleKind.Fake => _fake.Apply(value),
            _ => KeepLast(value, rule.Length),
        };
    }

    public byte[]? MaskBytes(MaskingRule rule, Stream value)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(value);
        if (rule.Kind == MaskingRuleKind.Null)
            return null;
        if (rule.Kind == MaskingRuleKind.Keep)
            throw new ArgumentException("Bytes that are kept are not masked.", nameof(rule));
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData([BytesTag]);
        byte[] buffer = new byte[4096];
        for (int read = value.Read(buffer); read > 0; read = value.Read(buffer))
            hash.AppendData(buffer, 0, read);
        return hash.GetHashAndReset();
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private string HashText(string value)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, [TextTag, .. Encoding.UTF8.GetBytes(value)], hash);

        // Begins with a letter, so that no column takes it for a number.
        Span<char> text = stackalloc char[1 + HashCharacters];
        text[0] = 'x';
        UInt128 rest = BinaryPrimitives.ReadUInt128BigEndian(hash);
        for (int i = 1; i < text.Length; i++, rest >>= BitsPerCharacter)
            text[i] = Base32[(int)(rest & (UInt128)(Base32.Length - 1))];
        return new string(text);
    }

    private long HashInteger(long value)
    {
        Span<byte> content = stackalloc byte[1 + sizeof(long)];
        content[0] = IntegerTag;
        BinaryPrimitives.WriteInt64BigEndian(content[1..], value);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, content, hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue;
    }

    private static string KeepLast(string value, int count)
    {
        int shown = value.Length > count ? count : 0;

        // Not in the middle of a pair.
        if (shown > 0 && char.IsLowSurrogate(value[^shown]))
            shown--;
        return string.Concat(new string(Hidden, value.Length - shown), value.AsSpan(value.Length - shown));
    }

    private static long KeepLast(long value, int count)
    {
        string digits = value.ToString(CultureInfo.InvariantCulture).TrimStart('-');
        return digits.Length > count ? long.Parse(digits.AsSpan(digits.Length - count), CultureInfo.InvariantCulture) : 0;
    }
}
