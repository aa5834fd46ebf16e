using System.Text;
using System.Text.Json;
using CsCheck;
using Varai.Secrets;

namespace Varai.Aws.Tests.Secrets;

/// <summary>What is written is JSON that everybody reads the same, and what comes back is the same bytes.</summary>
public sealed class AwsJsonTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.OneOf(Gen.Char['\0', '\u007f'], Gen.Char['\u0080', '\ud7ff'], Gen.Char['\ue000', '\uffff']), 1, 60],
        Gen.String[Gen.Char["\"\\\b\f\n\r\t/<>&+'\u2028\u0000"], 1, 20],
        Gen.Int[0x10000, 0x10ffff].Array[1, 10].Select(points => string.Concat(points.Select(char.ConvertFromUtf32))));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void WriteValue_AnyText_IsTheSameForOthers() => Text.Sample(text =>
    {
        using var value = new SecretValue(text);
        using SecretBuffer body = AwsRequestWriter.Write(writer => writer.WriteValue(value));
        using JsonDocument json = JsonDocument.Parse(body.WrittenMemory);
        Assert.Equal(text, json.RootElement.GetProperty("SecretString").GetString());
        Assert.Single(json.RootElement.EnumerateObject());
    });

    [Fact]
    public void WriteValue_AnyBytes_AreTheSameForOthers() => Gen.Byte.Array[1, 300].Sample(bytes =>
    {
        byte[] binary = [.. bytes, 0xFF];
        using var value = new SecretValue(binary);
        using SecretBuffer body = AwsRequestWriter.Write(writer => writer.WriteValue(value));
        using JsonDocument json = JsonDocument.Parse(body.WrittenMemory);
        Assert.Equal(binary, json.RootElement.GetProperty("SecretBinary").GetBytesFromBase64());
    });

    [Fact]
    public void ReadValue_WrittenByOthers_IsTheSame() => Gen.Select(Text, Text, Text).Sample((name, text, stage) =>
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["Unknown"] = new[] { new { a = text } },
            ["ARN"] = "arn",
            ["Name"] = name,
            ["VersionId"] = "v",
            ["VersionStages"] = new[] { stage },
            ["SecretString"] = text,
            ["SecretBinary"] = null,
        });
        AwsSecretValue read = AwsResponseReader.ReadValue(json);
        using SecretValue value = read.Value;
        Assert.Equal((name, text, stage), (read.Name, value.RevealString(), Assert.Single(read.Stages)));
    });

    [Fact]
    public void Readers_AnythingCutOffOrChanged_ThrowOnlyWhatIsCaught()
    {
        byte[][] answers =
        [
            """{"ARN":"a","Name":"n","VersionId":"v","VersionStages":["AWSCURRENT"],"CreatedDate":1.5e9,"SecretString":"sécret\n"}"""u8.ToArray(),
            """{"SecretValues":[{"ARN":"a","Name":"n","VersionId":"v","SecretBinary":"AAEC"}],"Errors":[{"SecretId":"x","ErrorCode":"y"}],"NextToken":"t"}"""u8.ToArray(),
            """{"SecretList":[{"ARN":"a","Name":"n","Tags":[{"Key":"k","Value":"v"}],"SecretVersionsToStages":{"v":["s"]},"DeletedDate":null}],"NextToken":null}"""u8.ToArray(),
        ];
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 200], Gen.Byte, Gen.Bool).Sample((which, at, with, cut) =>
        {
            byte[] answer = [.. answers[which]];
            at %= answer.Length;
            if (cut)
                answer = answer[..at];
            else
                answer[at] = with;
            foreach (Action read in (Action[])[
                () => AwsResponseReader.ReadValue(answer), () => AwsResponseReader.ReadBatch(answer), () => AwsResponseReader.ReadList(answer),
                () => AwsResponseReader.ReadDescription(answer), () => AwsResponseReader.ReadVersion(answer), () => AwsResponseReader.ReadDeletionDate(answer)])
            {
                Exception? error = Record.Exception(read);
                Assert.True(error is null or JsonException or InvalidOperationException or FormatException, error?.ToString());
            }
        });
    }

    [Fact]
    public async Task RoundTrip_AnyNameAndValue_ComesBack()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        using var client = new AwsSecretsManagerClient(server.Options());
        var provider = new AwsSecretsManagerProvider(client);
        Gen<string> names = Gen.String[Gen.Char["abcXYZ019/_+=.-"], 1, 80].Where(name => SecretName.FindProblem(name) is null);
        Gen<byte[]> values = Gen.OneOf(Text.Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 400], Gen.Const(AwsRequestWriter.EmptyValue.ToArray()));

        await Gen.Select(names, values).SampleAsync(
            async (name, bytes) =>
            {
                using var value = new SecretValue(bytes);
                string? version = await provider.SetAsync(name, value, Cancellation);
                Secret? read = await provider.GetAsync(new SecretRequest(name) { Version = version }, Cancellation);
                Assert.Equal(bytes, read?.Value.RevealBytes().ToArray());
            },
            iter: 300,
            threads: 1);
    }
}
