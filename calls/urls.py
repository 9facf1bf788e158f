from calls.urls_applicant import applicant_patterns
from calls.urls_staff import staff_patterns

app_name = "calls"

urlpatterns = applicant_patterns + staff_patterns
