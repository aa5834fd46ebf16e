using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Varai.GoogleCloud.Secrets;
using Varai.GoogleCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.GoogleCloud.Tests.Secrets;

public sealed class GoogleJsonTests
{
    private static readonly string[] Unknown = ["1", "\"x\"", "null", "{\"name\":[{\"state\":3}]}", "[[],{}]"];

    [Fact]
    public void WritePayload_AnyBytes_AreReadBackWithTheirChecksum() => Gen.Byte.Array[1, 2000].Sample(bytes =>
    {
        using var buffer = new SecretBuffer();
        GoogleJson.WritePayload(buffer, bytes);
        JsonNode payload = JsonNode.Parse(buffer.WrittenSpan)!["payload"]!;
        var answer = new JsonObject { ["name"] = "projects/1/secrets/s/versions/7", ["payload"] = payload.DeepClone() };

        (SecretValue value, string version, uint? checksum) = GoogleJson.ReadPayload(Encoding.UTF8.GetBytes(answer.ToJsonString()));

        using (value)
        {
            return value.RevealBytes().Span.SequenceEqual(bytes) && version == "7" && checksum == BitwiseCrc32C.Compute(bytes)
                && payload["dataCrc32c"]!.GetValue<string>() == checksum.ToString();
        }
    });

    [Fact]
    public void ReadVersion_AnyPlaceOfUnknownProperties_PassesOverThem()
    {
        string[] known = ["\"name\":\"projects/1/secrets/s/versions/3\"", "\"state\":2", "\"etag\":\"\\\"16\\\"\"", "\"createTime\":\"2026-01-02T03:04:05.678901234Z\""];
        Gen.Select(Gen.Shuffle(known), Gen.Int[0, 4].Select(i => Unknown[i]), Gen.Int[0, 4]).Sample((properties, unknown, place) =>
        {
            List<string> all = [.. properties];
            all.Insert(place, $"\"unknown\":{unknown}");

            GoogleSecretVersion version = GoogleJson.ReadVersion(Encoding.UTF8.GetBytes($"{{{string.Join(',', all)}}}"), "s");

            return version.Version == "3" && version.State == GoogleSecretVersionState.Disabled && version.ETag == "\"16\""
                && version.CreatedAt == new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(6_789_012);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"name\":\"projects/1/secrets/s/versions/1\"}")]
    [InlineData("{\"name\":\"projects/1/secrets/s/versions/1\",\"payload\":{}}")]
    [InlineData("{\"name\":\"projects/1/secrets/s/versions/x\",\"payload\":{\"data\":\"YQ==\"}}")]
    [InlineData("{\"name\":\"projects/1/secrets/s/versions/1\",\"payload\":{\"data\":\"YQ=\"}}")]
    [InlineData("{\"name\":\"projects/1/secrets/s/versions/1\",\"payload\":{\"data\":1}}")]
    [InlineData("{\"name\":\"projects/1/secrets/s/versions/1\",\"payload\":{\"data\":\"YQ==\",\"dataCrc32c\":\"-1\"}}")]
    [InlineData("{\"name\":\"projects/1/secrets/s/versions/1\",\"payload\":{\"data\":\"YQ==\"")]
    public void ReadPayload_NotAsDocumented_IsRefused(string json)
    {
        Exception? error = Record.Exception(() => GoogleJson.ReadPayload(Encoding.UTF8.GetBytes(json)));

        Assert.True(error is System.Text.Json.JsonException or InvalidOperationException or FormatException or OverflowException, error?.ToString());
    }
}
