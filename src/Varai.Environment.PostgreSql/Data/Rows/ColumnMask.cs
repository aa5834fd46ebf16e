using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Varai.Data;
using Varai.PostgreSql.Data.Catalog;

namespace Varai.PostgreSql.Data.Rows;

/// <summary>Masks the values of one column, in and out as COPY writes text.</summary>
internal sealed class ColumnMask
{
    private const int UuidBytes = 16;

    private readonly IDataMasker _masker;
    private readonly MaskingRule _rule;
    private readonly ColumnShape _shape;
    private readonly int _size;
    private readonly int _scale;
    private readonly ArrayBufferWriter<byte> _plain = new();

    public ColumnMask(IDataMasker masker, MaskingRule rule, CatalogType type, int modifier)
    {
        _masker = masker;
        _rule = rule;
        (_shape, _size, _scale) = ShapeOf(type, modifier);
    }

    /// <summary>Says why a rule can't be applied to a column; <see langword="null"/> when it can.</summary>
    public static string? Check(MaskingRule rule, CatalogType type, int modifier)
    {
        const int HashLength = 27;
        if (rule.Kind is MaskingRuleKind.Keep or MaskingRuleKind.Null)
            return null;
        (ColumnShape shape, int size, _) = ShapeOf(type, modifier);
        return shape switch
        {
            ColumnShape.Other => $"has the type {type.Name}, which can only be kept or made NULL",
            ColumnShape.Text or ColumnShape.Padded when rule.Kind == MaskingRuleKind.Hmac && size is > 0 and < HashLength => string.Create(
                CultureInfo.InvariantCulture, $"has room for {size} characters, and a hash has {HashLength}: use Fake or KeepLast"),
            _ => null,
        };
    }

    /// <summary>Writes what takes the place of a value that is not NULL.</summary>
    public void Apply(ReadOnlySpan<byte> field, IBufferWriter<byte> output)
    {
        if (_rule.Kind == MaskingRuleKind.Null)
        {
            output.Write("\\N"u8);
            return;
        }

        switch (_shape)
        {
            case ColumnShape.Integer:
                MaskInteger(field, output);
                break;
            case ColumnShape.Fraction:
                MaskFraction(field, output);
                break;
            case ColumnShape.Bytes:
                MaskBytes(field, output);
                break;
            case ColumnShape.Uuid:
                MaskUuid(field, output);
                break;
            default:
                MaskText(field, output);
                break;
        }
    }

    private static (ColumnShape Shape, int Size, int Scale) ShapeOf(CatalogType type, int modifier)
    {
        const int HeaderSize = 4;
        const int ScaleBits = 0x7ff;
        if (type.Name == "citext")
            return (ColumnShape.Text, 0, 0);
        if (type.Schema != "pg_catalog")
            return (ColumnShape.Other, 0, 0);
        int length = modifier >= HeaderSize ? modifier - HeaderSize : 0;
        switch (type.Name)
        {
            case "text":
                return (ColumnShape.Text, 0, 0);
            case "varchar":
                return (ColumnShape.Text, length, 0);
            case "bpchar":
                return (ColumnShape.Padded, length, 0);
            case "int2":
                return (ColumnShape.Integer, 16, 0);
            case "int4":
                return (ColumnShape.Integer, 32, 0);
            case "int8":
                return (ColumnShape.Integer, 64, 0);
            case "float4":
                return (ColumnShape.Fraction, 6, 0);
            case "float8":
                return (ColumnShape.Fraction, 15, 0);
            case "numeric" when modifier < HeaderSize:
                return (ColumnShape.Fraction, 18, 0);
            case "numeric":
                // Eleven bits with a sign since version 15, unsigned before.
                int scale = length & ScaleBits;
                return scale > (ScaleBits / 2) || (length >> 16) < scale
                    ? (ColumnShape.Other, 0, 0)
                    : (ColumnShape.Fraction, Math.Min(18, (length >> 16) - scale), scale);
            case "bytea":
                return (ColumnShape.Bytes, 0, 0);
            case "uuid":
                return (ColumnShape.Uuid, 0, 0);
            case "json" or "jsonb":
                return (ColumnShape.Json, 0, 0);
            default:
                return (ColumnShape.Other, 0, 0);
        }
    }

    private void MaskInteger(ReadOnlySpan<byte> field, IBufferWriter<byte> output)
    {
        if (!Utf8Parser.TryParse(field, out long value, out int read) || read != field.Length)
            throw new InvalidDataException("A whole number was expected.");
        long masked = Fit(_masker.MaskInteger(_rule, value) ?? 0);
        Span<byte> text = output.GetSpan(20);
        Utf8Formatter.TryFormat(masked, text, out int written);
        output.Advance(written);

        long Fit(long one)
        {
            if (_size == 64)
                return one;
            long most = (1L << (_size - 1)) - 1;

            // A permutation of numbers with as many digits comes back into the range after some rounds, and stays one.
            for (; _rule.Kind == MaskingRuleKind.Fake && (one > most || one < -most - 1);)
                one = _masker.MaskInteger(_rule, one) ?? 0;
            return one > most || one < -most - 1 ? one & most : one;
        }
    }

    private void MaskFraction(ReadOnlySpan<byte> field, IBufferWriter<byte> output)
    {
        string text = Encoding.ASCII.GetString(field);
        double number = double.Parse(
            text.Replace("Infinity", "0", StringComparison.Ordinal).Replace("NaN", "0", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
        long limit = 1;
        for (int i = 0; i < _size; i++)
            limit *= 10;
        long whole = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) && Math.Abs(exact) < long.MaxValue
            ? (long)decimal.Truncate(exact)
            : (long)Math.Clamp(number, -limit, limit);
        long masked = (_masker.MaskInteger(_rule, whole) ?? 0) % limit;
        string result = masked.ToString(CultureInfo.InvariantCulture);
        WritePlain(_scale > 0 ? $"{result}.{new string('0', _scale)}" : result, output);
    }

    private void MaskBytes(ReadOnlySpan<byte> field, IBufferWriter<byte> output)
    {
        // COPY doubles the backslash of \x.
        if (field.Length < 3 || !field.StartsWith("\\\\x"u8))
            throw new InvalidDataException("Bytes were expected.");
        byte[] masked = _masker.MaskBytes(_rule, new MemoryStream(Convert.FromHexString(Encoding.ASCII.GetString(field[3..])), writable: false)) ?? [];
        WritePlain($"\\\\x{Convert.ToHexStringLower(masked)}", output);
    }

    private void MaskUuid(ReadOnlySpan<byte> field, IBufferWriter<byte> output)
    {
        byte[] masked = _masker.MaskBytes(_rule, new MemoryStream(field.ToArray(), writable: false)) ?? [];
        WritePlain(new Guid(masked.AsSpan(0, UuidBytes)).ToString(), output);
    }

    private void MaskText(ReadOnlySpan<byte> field, IBufferWriter<byte> output)
    {
        string text;
        if (field.Contains((byte)'\\'))
        {
            _plain.ResetWrittenCount();
            CopyText.Unescape(field, _plain);
            text = Encoding.UTF8.GetString(_plain.WrittenSpan);
        }
        else
        {
            text = Encoding.UTF8.GetString(field);
        }

        // What fills up the type's length is not part of the value.
        if (_shape == ColumnShape.Padded)
            text = text.TrimEnd(' ');
        string masked = _masker.MaskText(_rule, text) ?? "";
        if (_shape == ColumnShape.Json)
            masked = CopyText.JsonString(masked);
        else if (_shape == ColumnShape.Padded)
            masked = masked.PadRight(_size + masked.Length - masked.EnumerateRunes().Count());
        CopyText.Escape(masked, output);
    }

    private static void WritePlain(string text, IBufferWriter<byte> output) => Encoding.ASCII.GetBytes(text, output);
}
