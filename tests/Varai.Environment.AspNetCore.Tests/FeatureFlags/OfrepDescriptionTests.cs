using Varai.AspNetCore.Tests.TestResources;

namespace Varai.AspNetCore.Tests.FeatureFlags;

/// <summary>The yardstick itself: it lets right replies through and no wrong ones.</summary>
public sealed class OfrepDescriptionTests
{
    [Theory]
    [InlineData("serverEvaluationSuccess", """{"key":"a","reason":"STATIC","value":true}""")]
    [InlineData("serverEvaluationSuccess", """{"key":"a","reason":"SPLIT","value":1,"variant":"v","metadata":{"a":1,"b":"x","c":true}}""")]
    [InlineData("serverEvaluationSuccess", """{"key":"a","reason":"SPLIT"}""")]
    [InlineData("evaluationFailure", """{"key":"a","errorCode":"PARSE_ERROR"}""")]
    [InlineData("bulkEvaluationSuccess", """{"flags":[],"eventStreams":[{"type":"sse","endpoint":{"requestUri":"/x"}}]}""")]
    public void Errors_OfARightReply_AreNone(string schema, string body) => Assert.Empty(OfrepDescription.Errors(schema, body));

    [Theory]
    [InlineData("serverEvaluationSuccess", """{"reason":"STATIC","value":true}""")]
    [InlineData("serverEvaluationSuccess", """{"key":"a","reason":"DEFAULT","value":true}""")]
    [InlineData("serverEvaluationSuccess", """{"key":"a","reason":"STATIC","value":null}""")]
    [InlineData("serverEvaluationSuccess", """{"key":"a","reason":"STATIC","value":true,"metadata":{"a":{}}}""")]
    [InlineData("evaluationFailure", """{"errorCode":"PARSE_ERROR"}""")]
    [InlineData("evaluationFailure", """{"key":"a","errorCode":"FLAG_NOT_FOUND"}""")]
    [InlineData("flagNotFound", """{"key":"a","errorCode":"GENERAL"}""")]
    [InlineData("bulkEvaluationSuccess", """{"flags":[{"key":"a"}]}""")]
    [InlineData("bulkEvaluationSuccess", """{"flags":[],"eventStreams":[{"type":"sse","url":"https://x.test","endpoint":{"requestUri":"/x"}}]}""")]
    [InlineData("bulkEvaluationSuccess", """{"flags":[],"eventStreams":[{"type":"sse","endpoint":{"requestUri":"x"}}]}""")]
    public void Errors_OfAWrongReply_AreFound(string schema, string body) => Assert.NotEmpty(OfrepDescription.Errors(schema, body));
}
