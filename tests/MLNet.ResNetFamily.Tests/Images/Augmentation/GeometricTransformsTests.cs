namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class GeometricTransformsTests
{
    // Expected pixels come from pillow_augment.py beside this file.
    [TestMethod]
    [DataRow("Rotate", 30,
        "AAAAAAAAAAAAq251i1eJWK0sjX9vG2fMAAAAAAAAWL0ijq9YwnSmMJW1iURbpU6BZ7RVn8BpL5TOdNlHpFeJbnVzZ7sxiWWOKIWckVRb3mapUrccm4BlpU6zPqN3" +
        "mf5jim/DYMVvgGWXQKWTb8w5uzCFY3LXZo9rxEuOj42UksR3lWhvet5moUprvjugXpHEh5dR6U6za4I1v2iJg4FNAAAAAAAA2Fa7XKmYk11tb22Ga3M1AAAAAAAA" +
        "AAAA")]
    [DataRow("Rotate", -115.5,
        "AAAAAAAADHGujE96U6OepmHGqll0XcInKI1DAAAAAAAAiZRT0U2bcKpWWHneuSKHbK42IYaqAAAAvCGGYIMqwFKKh35RT4yWpnqWdttOMpecAAAAs4F9eddun3bN" +
        "mf5jNJlhozmXeqpEAAAAbdI3lmaEh6N3bXi1pYZvaaBb0HeihepPAAAAmJiAPHrKl1tmHoGkjzt1PoyChUSgAAAAAAAAi59VuYiDoYNreolSrVx3X6A22D2iAAAA" +
        "AAAA")]
    [DataRow("ShearX", 0.3,
        "BWrPKo/OT7QZdNk+mdhjviOIvUitCG3SKI3yTrMYet9Epphw0jeci2PIKo+BVrsggnRMmwBlnEFmzzSZQmfMNZo/aM0ym0BlzjOYQWbLAAAA4VK3J4zlYcYrm/Rl" +
        "yTqfD3TNSa4TgeZLAAAAQ6i0hJBOxSqPrWvQR6y4iJRSyS6T9Fm+AAAAnVxn5Uqvh5JRddo/vXyHX2rPTbJxAAAAAAAACGHGS7Ahmgtk6U6zRJ0Oh+xR1kegAAAA" +
        "AAAA")]
    [DataRow("ShearY", -0.7,
        "AGXKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJotJJYrvAAAAAAAAAAAAAAAAAAAAAAAAAAAAYcYrY8g6XMEmb9Q5AAAAAAAAAAAAAAAAAAAAnFpmpRdvpcpvm3Nl" +
        "lPleAAAAAAAAAAAAAAAA1zyh50yxrlO4XlC13WmnoCyRAAAAAAAAAAAAa3fcNo7zN5zBO6B4W5klJYrImHBiA2jNAAAATbJwa9BCgKVKi2NVi/BVg8FNcGI6VLle" +
        "LYXq")]
    [DataRow("TranslateX", 3,
        "AAAAAAAAAAAAAGXKJYrvSq8Ub9Q5lPleuR6DAAAAAAAAAAAAO6AFZ8wxk/hdvySJ61C1F3zhAAAAAAAAAAAAdttAqQ5z3EGmD3TZQqcMddo/AAAAAAAAAAAAsRZ7" +
        "61C1JYrvX8Qpmf5j0zidAAAAAAAAAAAA7FG2LZL3btM4rxR58FW6MZb7AAAAAAAAAAAAJ4zxb9Q5txyB/2TJR6wRj/RZAAAAAAAAAAAAYscssRZ7AGXKT7QZngNo" +
        "7VK3")]
    [DataRow("TranslateY", -2,
        "dttAqQ5z3EGmD3TZQqcMddo/qA1y20ClDnPYsRZ761C1JYrvX8Qpmf5j0zidDXLXR6wRgeZL7FG2LZL3btM4rxR58FW6MZb7ctc8sxh99Fm+J4zxb9Q5txyB/2TJ" +
        "R6wRj/RZ1zyhH4TpZ8wxYscssRZ7AGXKT7QZngNo7VK3PKEGi/BV2j+kAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
        "AAAA")]
    [DataRow("Mirror", 0,
        "KI3yA2jN3kOouR6DlPleb9Q5Sq8UJYrvAGXKmwBlb9Q5Q6gNF3zh61C1vySJk/hdZ8wxO6AFDnPY20ClqA1yddo/QqcMD3TZ3EGmqQ5zdttAgeZLR6wRDXLX0zid" +
        "mf5jX8QpJYrv61C1sRZ79Fm+sxh9ctc8MZb78FW6rxR5btM4LZL37FG2Z8wxH4Tp1zyhj/RZR6wR/2TJtxyBb9Q5J4zx2j+ki/BVPKEG7VK3ngNoT7QZAGXKsRZ7" +
        "Yscs")]
    [DataRow("TurnUpsideDown", 0,
        "YscssRZ7AGXKT7QZngNo7VK3PKEGi/BV2j+kJ4zxb9Q5txyB/2TJR6wRj/RZ1zyhH4TpZ8wx7FG2LZL3btM4rxR58FW6MZb7ctc8sxh99Fm+sRZ761C1JYrvX8Qp" +
        "mf5j0zidDXLXR6wRgeZLdttAqQ5z3EGmD3TZQqcMddo/qA1y20ClDnPYO6AFZ8wxk/hdvySJ61C1F3zhQ6gNb9Q5mwBlAGXKJYrvSq8Ub9Q5lPleuR6D3kOoA2jN" +
        "KI3y")]
    public void EqualsPillow(string change, double argument, string expected)
    {
        using var image = PatternImages.Pattern(9, 7);

        Action<RgbImage> apply = change switch
        {
            "Rotate" => image => GeometricTransforms.Rotate(image, argument),
            "ShearX" => image => GeometricTransforms.ShearX(image, argument),
            "ShearY" => image => GeometricTransforms.ShearY(image, argument),
            "TranslateX" => image => GeometricTransforms.Translate(image, (int)argument, 0),
            "TranslateY" => image => GeometricTransforms.Translate(image, 0, (int)argument),
            "Mirror" => GeometricTransforms.Mirror,
            _ => GeometricTransforms.TurnUpsideDown,
        };
        apply(image);

        CollectionAssert.AreEqual(Convert.FromBase64String(expected), image.PixelSpan.ToArray());
    }
}
