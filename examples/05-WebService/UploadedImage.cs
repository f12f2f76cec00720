using Microsoft.AspNetCore.Http.Features;

namespace WebService;

/// <summary>The body of a request, which is read when the request's turn has come.</summary>
internal sealed record UploadedImage(byte[] Bytes)
{
    public static async ValueTask<UploadedImage?> BindAsync(HttpContext context)
    {
        var limit = context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize;
        if (context.Request.ContentLength is not { } length)
        {
            throw new BadHttpRequestException(
                "The request does not say how long its image is. Send the header Content-Length.", StatusCodes.Status411LengthRequired);
        }
        if (length > limit)
        {
            throw new BadHttpRequestException(
                $"The image has {length} bytes, but at most {limit} are taken. Make it smaller.", StatusCodes.Status413PayloadTooLarge);
        }
        var bytes = new byte[length];
        await context.Request.Body.ReadExactlyAsync(bytes, context.RequestAborted);
        return new(bytes);
    }
}
