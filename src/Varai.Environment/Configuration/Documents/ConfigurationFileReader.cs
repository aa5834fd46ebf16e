namespace Varai.Configuration.Documents;

/// <summary>Reads the bytes of a configuration file.</summary>
internal static class ConfigurationFileReader
{
    /// <summary>Reads a file once, without keeping anyone from writing, renaming or deleting it meanwhile.</summary>
    /// <returns>The content without its byte order mark; <see langword="null"/> when there is an error.</returns>
    public static ConfigurationFile? Read(string fullPath, string displayPath, DocumentLimits limits, List<ConfigurationError> errors)
    {
        string problem;
        try
        {
            using var stream = new FileStream(fullPath, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
            });
            long length = stream.CanSeek ? stream.Length : 0;
            byte[]? bytes = length > limits.MaximumBytes ? null : ReadAll(stream, (int)length, limits.MaximumBytes, out length);
            if (bytes is null)
            {
                problem = DocumentText.TooLarge(length, limits);
            }
            else
            {
                if (Accept(bytes.AsMemory(0, (int)length), displayPath, out problem) is { } file)
                    return file;
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = "the file does not exist";
        }
        catch (UnauthorizedAccessException)
        {
            problem = Directory.Exists(fullPath)
                ? "this is a folder, not a file"
                : "the file can't be read: permission denied; let the user that runs the service read it";
        }
        catch (IOException exception)
        {
            problem = $"the file can't be read: {exception.Message}";
        }

        errors.Add(new ConfigurationError(problem, new ConfigurationOrigin(displayPath, 0, 0), "") { Check = DocumentReader.Check });
        return null;
    }

    /// <summary>Takes bytes that were read elsewhere as the content of a file.</summary>
    /// <returns>The content without its byte order mark; <see langword="null"/> when there is an error.</returns>
    public static ConfigurationFile? FromBytes(byte[] content, string displayPath, DocumentLimits limits, List<ConfigurationError> errors)
    {
        string problem = DocumentText.TooLarge(content.Length, limits);
        if (content.Length <= limits.MaximumBytes && Accept(content, displayPath, out problem) is { } file)
            return file;
        errors.Add(new ConfigurationError(problem, new ConfigurationOrigin(displayPath, 0, 0), "") { Check = DocumentReader.Check });
        return null;
    }

    private static ConfigurationFile? Accept(ReadOnlyMemory<byte> content, string displayPath, out string problem)
    {
        string? encoding = ForeignEncoding(content.Span);
        problem = $"the file is written in {encoding}; save it as UTF-8";
        return encoding is null
            ? new ConfigurationFile(displayPath, content.Span.StartsWith("\uFEFF"u8) ? content[3..] : content)
            : null;
    }

    private static byte[]? ReadAll(FileStream stream, int expected, int maximum, out long length)
    {
        // One byte more than expected tells a file that is still growing, or has no length, from one that is done.
        var buffer = new byte[Math.Max(expected, 255) + 1];
        int count = 0;
        while (stream.Read(buffer, count, buffer.Length - count) is > 0 and int read)
        {
            count += read;
            length = count;
            if (count > maximum)
                return null;
            if (count == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, Math.Max((long)maximum + 1, buffer.Length + 1L)));
        }

        length = count;
        return buffer;
    }

    private static string? ForeignEncoding(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) || content.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]))
            return "UTF-32";
        return content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? "UTF-16" : null;
    }
}
